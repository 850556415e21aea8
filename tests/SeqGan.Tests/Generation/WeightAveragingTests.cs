using SeqGan.Models;

namespace SeqGan.Tests.Generation;

public class WeightAveragingTests
{
    private static readonly TokenBatch s_batch =
        Discrimination.Discriminators.Random(Generators.Ending, 12, 3, beyond: Generators.Ending.VocabularySize);

    [Fact]
    public void Train_ByLikelihood_GivesTheMovingAverageOfTheWeights()
    {
        using RecurrentGenerator averaged = Create(averaging: 0.15), plain = Create(averaging: 0);
        Dictionary<string, float[]> expected = Weights(plain);
        for (int step = 1; step <= 4; step++)
        {
            Train(averaged, GeneratorObjective.MaximumLikelihood);
            Train(plain, GeneratorObjective.MaximumLikelihood);
            double decay = Math.Min(0.15, step / (step + 10.0));
            foreach ((string name, float[] latest) in Weights(plain))
                expected[name] = [.. expected[name].Zip(latest, (mean, value) => (float)(decay * mean + (1 - decay) * value))];
        }

        AssertEqual(expected, Weights(averaged));
        Assert.NotEqual(Weights(plain)["output.weight"], Weights(averaged)["output.weight"]);
    }

    [Fact]
    public void Train_ByPolicyGradient_StartsFromTheAverageAndHasNone()
    {
        using RecurrentGenerator averaged = Create(averaging: 0.9), plain = Create(averaging: 0);
        for (int step = 0; step < 3; step++)
            Train(averaged, GeneratorObjective.MaximumLikelihood);
        using (var folder = new TemporaryFolder())
        {
            averaged.SaveWeights(folder.Combine("weights.safetensors"));
            plain.LoadWeights(folder.Combine("weights.safetensors"));
        }

        for (int step = 0; step < 2; step++)
        {
            Train(averaged, GeneratorObjective.PolicyGradient);
            Train(plain, GeneratorObjective.PolicyGradient);
        }

        Assert.Equal(Weights(plain), Weights(averaged));
    }

    [Fact]
    public void Sample_AndCompile_UseTheAverage()
    {
        using RecurrentGenerator averaged = Create(averaging: 0.9), loaded = Create(averaging: 0);
        Train(averaged, GeneratorObjective.MaximumLikelihood);
        using (var folder = new TemporaryFolder())
        {
            averaged.SaveWeights(folder.Combine("weights.safetensors"));
            loaded.LoadWeights(folder.Combine("weights.safetensors"));
        }

        Assert.Equal(Generators.LogProbabilities(loaded, s_batch), Generators.LogProbabilities(averaged, s_batch));
        Assert.Equal(Generators.Tokens(loaded.Sample(20, 1).AsBatch()), Generators.Tokens(averaged.Sample(20, 1).AsBatch()));
    }

    [Fact]
    public void LoadWeights_BetweenSteps_StartsANewAverageFromThem()
    {
        using RecurrentGenerator averaged = Create(averaging: 0.15), other = Generators.Create(Generators.Ending, seed: 9);
        Train(averaged, GeneratorObjective.MaximumLikelihood);
        using (var folder = new TemporaryFolder())
        {
            other.SaveWeights(folder.Combine("weights.safetensors"));
            averaged.LoadWeights(folder.Combine("weights.safetensors"));
        }

        Assert.Equal(Weights(other), Weights(averaged));
        Train(averaged, GeneratorObjective.MaximumLikelihood);

        // A step of Adam moves a weight by about its rate, 0.05, and the average by less.
        foreach ((string name, float[] values) in Weights(other))
            Assert.All(values.Zip(Weights(averaged)[name]), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.1f));
    }

    private static RecurrentGenerator Create(double averaging) =>
        Generators.Create(Generators.Ending, configure: options => options.WeightAveraging = averaging);

    private static void Train(RecurrentGenerator generator, GeneratorObjective objective) =>
        generator.Train(s_batch, Generators.Ones(s_batch), objective);

    private static Dictionary<string, float[]> Weights(RecurrentGenerator generator)
    {
        using var folder = new TemporaryFolder();
        generator.SaveWeights(folder.Combine("weights.safetensors"));
        var weights = SafetensorsFile.Read(folder.Combine("weights.safetensors"));
        return weights.Names.ToDictionary(name => name, name => weights.ReadSingle(name), StringComparer.Ordinal);
    }

    private static void AssertEqual(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        foreach ((string name, float[] values) in expected)
        {
            foreach ((float value, float other) in values.Zip(actual[name]))
                Assert.Equal(value, other, 1e-5f);
        }
    }
}
