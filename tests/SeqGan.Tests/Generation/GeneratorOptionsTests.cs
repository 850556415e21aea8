using TorchSharp;

namespace SeqGan.Tests.Generation;

public class GeneratorOptionsTests
{
    [Fact]
    public void Construct_OptionsOutOfRange_ListsEveryFailureWithItsValue()
    {
        var options = new GeneratorOptions { HiddenSize = 0, LearningRate = -1, Network = (GeneratorNetwork)7, Device = "tpu" };
        var error = Assert.Throws<ArgumentException>(() => new RecurrentGenerator(Generators.Fixed, options));
        Assert.Contains("HiddenSize is 0; it must be in [1, 65536]", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate is -1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Network is 7; it must be one of Lstm, Gru", error.Message, StringComparison.Ordinal);
        Assert.Contains("Device is 'tpu'; it must be cpu, cuda or cuda:N", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_RegularisationOutOfRangeOrContradicting_ListsEveryFailure()
    {
        var options = new GeneratorOptions { Dropout = 1, WeightAveraging = 1, WeightDecay = 0.1, Optimizer = OptimizerKind.Sgd };

        var error = Assert.Throws<ArgumentException>(() => new RecurrentGenerator(Generators.Fixed, options));

        Assert.Contains("Dropout is 1; it must be in [0, 0.9]", error.Message, StringComparison.Ordinal);
        Assert.Contains("WeightAveraging is 1; it must be in [0, 0.999999]", error.Message, StringComparison.Ordinal);
        Assert.Contains("WeightDecay is 0.1, but Optimizer is Sgd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_DecayThatTakesAllOfAWeight_IsRefused()
    {
        var options = new GeneratorOptions { LearningRate = 0.01, PolicyGradientLearningRate = 0.02, WeightDecay = 50 };

        var error = Assert.Throws<ArgumentException>(() => new RecurrentGenerator(Generators.Fixed, options));

        Assert.Contains(
            "WeightDecay is 50 and GeneratorOptions.PolicyGradientLearningRate is 0.02", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("GeneratorOptions.LearningRate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_WithDeviceThatIsNotThere_NamesIt()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "This machine has the device.");
        Action[] constructions =
        [
            () => Generators.Create(Generators.Fixed, configure: options => options.Device = "cuda").Dispose(),
            () => ModuleDiscriminator.Create(Generators.Fixed,
                new DiscriminatorOptions { Network = DiscriminatorNetwork.Gru, Device = "cuda" }).Dispose(),
        ];

        foreach (Action construct in constructions)
            Assert.StartsWith(
                "Device is 'cuda', but this libtorch, or this machine, has no CUDA: use cpu",
                Assert.Throws<ArgumentException>(construct).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_InsideADisposeScopeAndWithoutGradients_GivesAGeneratorThatLearns()
    {
        RecurrentGenerator generator;
        IRolloutPolicy policy;
        using (torch.NewDisposeScope())
        {
            generator = Generators.Create(Generators.Fixed, layers: 2);
            policy = generator.CreateRolloutPolicy();
        }

        using (generator)
        using (policy)
        using (torch.no_grad())
        {
            TokenBatch batch = generator.Sample(4, 1).AsBatch();
            float[] before = Generators.LogProbabilities(generator, batch);
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
            Assert.NotEqual(before, Generators.LogProbabilities(generator, batch));
            policy.MoveTowardGenerator(0.5);
        }
    }

    [Fact]
    public void Construct_OptionsChangedAfterwards_MakeNoDifference()
    {
        float[][] runs = [.. new[] { 5.0, 0.001 }.Select(clip =>
        {
            var options = new GeneratorOptions { HiddenSize = 8, EmbeddingSize = 4, Optimizer = OptimizerKind.Sgd };
            using var generator = new RecurrentGenerator(Generators.Fixed, options, 1);
            options.GradientClip = clip;
            TokenBatch batch = generator.Sample(4, 1).AsBatch();
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
            return Generators.LogProbabilities(generator, batch);
        })];
        Assert.Equal(runs[0], runs[1]);
    }
}
