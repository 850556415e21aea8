using SeqGan.Tests.Generation.Steps;

namespace SeqGan.Tests.Generation;

/// <summary>Recurrent generators whose tokens' embeddings are the output layer's weights, too.</summary>
public sealed class TiedEmbeddingsTests : IDisposable
{
    private static readonly TokenBatch s_batch =
        Discrimination.Discriminators.Random(Generators.Ending, 12, 3, beyond: Generators.Ending.VocabularySize);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-tied-");

    private string WeightsPath => Path.Combine(_folder.FullName, "weights.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Create_SizesThatDiffer_ListsEveryFailure()
    {
        var options = new GeneratorOptions { EmbeddingSize = 8, HiddenSize = 12, TiedEmbeddings = true, LearningRate = -1 };

        var error = Assert.Throws<ArgumentException>("options", () => new RecurrentGenerator(Generators.Ending, options));

        Assert.Contains(
            "GeneratorOptions.EmbeddingSize is 8 and GeneratorOptions.HiddenSize is 12, but GeneratorOptions.TiedEmbeddings is true: "
            + "make them equal.", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate is -1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1)]
    [InlineData(GeneratorNetwork.Gru, 2)]
    public void FromWeights_OfSavedWeights_HasTheirLogProbabilities(GeneratorNetwork cell, int layers)
    {
        using RecurrentGenerator generator = Create(cell, layers), other = Create(cell, layers, seed: 2);
        Train(generator, 3);
        generator.SaveWeights(WeightsPath);
        other.LoadWeights(WeightsPath);
        CompiledPolicy policy = CompiledPolicy.FromWeights(WeightsPath, Generators.Ending);
        float[] expected = Generators.LogProbabilities(generator, s_batch), actual = new float[expected.Length];
        new SequenceSampler(policy).LogProbabilities(s_batch, actual, cancellationToken: TestContext.Current.CancellationToken);

        Assert.DoesNotContain("output.weight", generator.Network.Weights.Select(weight => weight.Name));
        Assert.Equal((cell, layers, 10, 10), (policy.Network, policy.Layers, policy.EmbeddingSize, policy.HiddenSize));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(expected, Generators.LogProbabilities(other, s_batch));
    }

    [Fact]
    public void LoadWeights_OfTheOtherKind_IsRefused()
    {
        using RecurrentGenerator tied = Create(), untied = Create(isTied: false);

        tied.SaveWeights(WeightsPath);
        var missing = Assert.Throws<InvalidWeightsException>(() => untied.LoadWeights(WeightsPath));
        untied.SaveWeights(WeightsPath);
        var superfluous = Assert.Throws<InvalidWeightsException>(() => tied.LoadWeights(WeightsPath));

        Assert.Contains("output.weight", missing.Message, StringComparison.Ordinal);
        Assert.Contains("has no weight 'output.weight'", superfluous.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 0.0)]
    [InlineData(GeneratorNetwork.Gru, 0.9)]
    public void RestoreState_AfterSteps_GoesOnBitForBit(GeneratorNetwork cell, double averaging)
    {
        using RecurrentGenerator original = Create(cell, averaging: averaging), copy = Create(cell, averaging: averaging);
        Train(original, 3);
        StateBytes.Restore(copy, StateBytes.Of(original));
        Train(original, 3);
        Train(copy, 3);

        Assert.Equal(StateBytes.Of(original), StateBytes.Of(copy));
    }

    [Fact]
    public void Train_TenSteps_LearnsLikeAutogradAndLibtorchsAdam()
    {
        using RecurrentGenerator generator = Create(), other = Create();
        using var plain = new PlainTraining(other, 0.05);
        for (int step = 0; step < 10; step++)
        {
            GeneratorStep ours = generator.Train(s_batch, Generators.Ones(s_batch), GeneratorObjective.MaximumLikelihood);
            Assert.Equal(plain.Train(s_batch, Generators.Ones(s_batch)).Loss, ours.Loss, 1e-4);
        }
    }

    private static void Train(RecurrentGenerator generator, int steps)
    {
        for (int step = 0; step < steps; step++)
            generator.Train(s_batch, Generators.Ones(s_batch), (GeneratorObjective)(step % 2));
    }

    private static RecurrentGenerator Create(
        GeneratorNetwork cell = GeneratorNetwork.Lstm, int layers = 1, bool isTied = true, double averaging = 0, ulong seed = 1) =>
        Generators.Create(Generators.Ending, cell, layers, seed, options =>
            (options.EmbeddingSize, options.TiedEmbeddings, options.WeightDecay, options.WeightAveraging, options.Dropout) =
            (10, isTied, averaging > 0 ? 0.1 : 0, averaging, averaging > 0 ? 0.2 : 0));
}
