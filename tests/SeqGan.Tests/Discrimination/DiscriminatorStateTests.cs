using SeqGan.Tests.Generation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

public class DiscriminatorStateTests
{
    private static readonly TokenBatch s_real = Discriminators.Random(Discriminators.Ending, 12, 1, 2, 7);
    private static readonly TokenBatch s_generated = Discriminators.Random(Discriminators.Ending, 10, 2, 4);

    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, optim.Optimizer>> s_optimizers = new()
    {
        ["Adam"] = parameters => optim.Adam(parameters, 0.01),
        ["Adam amsgrad"] = parameters => optim.Adam(parameters, 0.01, amsgrad: true, weight_decay: 0.01),
        ["AdamW"] = parameters => optim.AdamW(parameters, 0.01),
        ["SGD"] = parameters => optim.SGD(parameters, 0.1),
        ["SGD momentum"] = parameters => optim.SGD(parameters, 0.1, momentum: 0.9),
        ["RMSProp"] = parameters => optim.RMSProp(parameters, 0.01, momentum: 0.9, centered: true),
        ["NAdam"] = parameters => optim.NAdam(parameters, 0.01),
        ["RAdam"] = parameters => optim.RAdam(parameters, 0.01),
        ["Adamax"] = parameters => optim.Adamax(parameters, 0.01),
        ["Adadelta"] = parameters => optim.Adadelta(parameters, 0.5),
        ["Adagrad"] = parameters => optim.Adagrad(parameters, 0.01),
        ["ASGD"] = parameters => optim.ASGD(parameters, 0.01, t0: 2),
        ["Rprop"] = parameters => optim.Rprop(parameters, 0.01),
        ["groups"] = parameters =>
            optim.SGD([new SGD.ParamGroup(parameters.Take(1), 0.1, 0.9), new SGD.ParamGroup(parameters.Skip(1), 0.05)], 0.1),
    };

    public static TheoryData<string> Optimizers => [.. s_optimizers.Keys];

    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional, false)]
    [InlineData(DiscriminatorNetwork.Convolutional, true)]
    [InlineData(DiscriminatorNetwork.Gru, false)]
    [InlineData(DiscriminatorNetwork.Gru, true)]
    [InlineData(DiscriminatorNetwork.GeneratorStates, false)]
    public void RestoreState_InAFreshDiscriminator_GoesOnBitForBit(DiscriminatorNetwork network, bool sparse)
    {
        // A seed determines dropout: it is no part of the state.
        using ModuleDiscriminator original = Create(), copy = Create();
        AssertGoesOn(original, copy);

        ModuleDiscriminator Create() => Discriminators.Create(network, Discriminators.Ending, configure: options =>
        {
            options.SparseEmbeddingUpdates = sparse;
            options.HighwayLayers = 2;
        });
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void RestoreState_OfAUsersModule_GoesOnBitForBit(string optimizer)
    {
        using ModuleDiscriminator original = User(1, optimizer), copy = User(2, optimizer);
        AssertGoesOn(original, copy);
    }

    [Fact]
    public void RestoreState_OfSgdBeforeItsFirstStep_ClearsTheMomentum()
    {
        using ModuleDiscriminator discriminator = User(1, "SGD momentum");
        byte[] first = StateBytes.Of(discriminator);
        Train(discriminator, 3);
        byte[] third = StateBytes.Of(discriminator);
        StateBytes.Restore(discriminator, first);
        Assert.Equal(first, StateBytes.Of(discriminator));
        Train(discriminator, 3);
        Assert.Equal(third, StateBytes.Of(discriminator));
    }

    [Fact]
    public void RestoreState_OfTheConvolutional_ScoresWithTheNewWeights()
    {
        using ModuleDiscriminator original = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Ending),
        copy = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Ending, seed: 2);
        float[] expected = Discriminators.Score(original, s_real);
        Assert.NotEqual(expected, Discriminators.Score(copy, s_real));
        StateBytes.Restore(copy, StateBytes.Of(original));
        Assert.Equal(expected, Discriminators.Score(copy, s_real));
    }

    [Fact]
    public void RestoreState_OfGeneratorStates_BringsTheCopyOfTheGenerator()
    {
        using RecurrentGenerator first = Generators.Create(Discriminators.Ending, seed: 1),
            second = Generators.Create(Discriminators.Ending, seed: 2);
        var options = new DiscriminatorOptions { Network = DiscriminatorNetwork.GeneratorStates, HiddenSize = 4, LearningRate = 0.01 };
        using ModuleDiscriminator original = ModuleDiscriminator.Create(first, options, seed: 1),
            copy = ModuleDiscriminator.Create(second, options, seed: 1);
        Train(original, 2);
        float[] before = Discriminators.Score(original, s_real);

        // The copy stays as it was at the first step.
        first.Train(s_real, [.. Enumerable.Repeat(1f, s_real.Count * s_real.Length)], GeneratorObjective.MaximumLikelihood,
            TestContext.Current.CancellationToken);
        Assert.Equal(before, Discriminators.Score(original, s_real));

        Assert.NotEqual(before, Discriminators.Score(copy, s_real));
        StateBytes.Restore(copy, StateBytes.Of(original));
        Assert.Equal(before, Discriminators.Score(copy, s_real));
        Train(original, 2);
        Train(copy, 2);
        Assert.Equal(Discriminators.Score(original, s_real), Discriminators.Score(copy, s_real));
    }

    [Fact]
    public void RestoreState_OfUnusableValues_IsRefused()
    {
        using ModuleDiscriminator discriminator = User(1, "RMSProp"), adam = User(1, "Adam"),
        gru = Discriminators.Create(DiscriminatorNetwork.Gru, Discriminators.Ending);
        Train(discriminator, 2);
        byte[] state = StateBytes.Of(discriminator);
        StateBytes.AssertRefused(discriminator, StateBytes.Of(adam), "its optimizer is 'Adam'; it must be 'RMSProp'");
        StateBytes.AssertRefused(discriminator, StateBytes.WithFloat(state, "parameter._output.weight", float.NaN),
            "'parameter._output.weight' holds NaN");
        StateBytes.AssertRefused(discriminator, StateBytes.WithFloat(state, "optimizer.square_avg._output.weight", -1), "at least 0");
        StateBytes.AssertRefused(discriminator, StateBytes.WithInteger(state, "steps", 1L << 32), "'steps' is 4294967296");
        StateBytes.AssertRefused(discriminator, StateBytes.WithInteger(state, "steps", -1), "'steps' is -1");
        StateBytes.AssertRefused(gru, StateBytes.WithInteger(StateBytes.Of(gru), "dropout.dropout", -1), "'dropout.dropout' is -1");
        StateBytes.AssertRefused(discriminator, state[..^1], "cannot be used");
        Assert.Contains("buffer._mask", StateBytes.NamesIn(state));
        Assert.Contains("buffer._norm.running_var", StateBytes.NamesIn(state));
    }

    [Theory]
    [InlineData("SGD momentum")]
    [InlineData("Adam amsgrad")]
    public void RestoreState_OfChangedBytes_IsRefusedOrTakenAsAWhole(string optimizer)
    {
        using ModuleDiscriminator discriminator = User(1, optimizer), other = User(2, optimizer);
        Train(other, 2);
        StateBytes.AssertNeverHalfTaken(discriminator, StateBytes.Of(other), 300);
        Train(discriminator, 1);
    }

    [Fact]
    public void SaveState_OfAnOptimizerWithoutReadableState_IsNotSupported()
    {
        using var discriminator = new ModuleDiscriminator(
            "mine", new UserNetwork(), Discriminators.Ending, createOptimizer: parameters => optim.LBFGS(parameters));
        Assert.Contains("LBFGS", Assert.Throws<NotSupportedException>(() => StateBytes.Of(discriminator)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SaveState_OfAModuleThatDoesNotTrain_IsRestored()
    {
        using var discriminator = new ModuleDiscriminator("mean", new MeanTokenModule(), Discriminators.Ending);
        StateBytes.Restore(discriminator, StateBytes.Of(discriminator));
        discriminator.LearningRateScale = 0.5;
    }

    [Fact]
    public void SaveAndRestoreState_Always_LeaveNoTensor()
    {
        using ModuleDiscriminator discriminator = User(1, "SGD momentum");
        Train(discriminator, 1);
        StateBytes.Restore(discriminator, StateBytes.Of(discriminator));
        long before = LiveTensors.Settle();
        byte[] state = StateBytes.Of(discriminator);
        for (int i = 0; i < 3; i++)
            StateBytes.Restore(discriminator, state);
        Assert.Throws<InvalidDataException>(() => StateBytes.Restore(discriminator, state[..^1]));
        LiveTensors.AssertNoMoreThan(before);
    }

    [Theory]
    [InlineData("Adam")]
    [InlineData("groups")]
    public void LearningRateScale_OfOneHalf_HalvesTheRateOfEachGroup(string optimizer)
    {
        optim.Optimizer? made = null;
        using var discriminator = new ModuleDiscriminator(
            "mine", new UserNetwork(), Discriminators.Ending, createOptimizer: parameters => made = s_optimizers[optimizer](parameters));
        double[] rates = [.. made!.ParamGroups.Select(group => group.LearningRate)];
        discriminator.LearningRateScale = 0.5;
        discriminator.LearningRateScale = 0.5;
        Assert.Equal(rates.Select(rate => rate / 2), made.ParamGroups.Select(group => group.LearningRate));
        discriminator.LearningRateScale = 1;
        Assert.Equal(rates, made.ParamGroups.Select(group => group.LearningRate));
    }

    [Fact]
    public void SaveState_OfThePaperSize_WritesFromWhereTheWeightsLie()
    {
        var options = new SeqGanOptions();
        options.UsePaperParameters();
        var format = new SequenceFormat(vocabularySize: 5000, maxLength: 20);
        using var discriminator = ModuleDiscriminator.Create(format, options.Discriminator);
        TokenBatch batch = Discriminators.Random(format, 64, 1);
        Discriminators.Train(discriminator, batch, batch);
        var stream = new MemoryStream(new byte[100_000_000]);
        discriminator.SaveState(stream);
        stream.Position = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        discriminator.SaveState(stream);

        // The training waits meanwhile: no copy may be made of what has more than 80 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.InRange(stream.Position, 50_000_000, 100_000_000);
    }

    private static void AssertGoesOn(ModuleDiscriminator original, ModuleDiscriminator copy)
    {
        Train(original, 3);
        byte[] state = StateBytes.Of(original);
        Assert.Equal(state, StateBytes.Of(original));
        StateBytes.Restore(copy, state);
        Assert.Equal(state, StateBytes.Of(copy));
        Assert.Equal(Discriminators.Score(original, s_real), Discriminators.Score(copy, s_real));
        Train(original, 3);
        Train(copy, 3);
        Assert.Equal(Discriminators.Score(original, s_real), Discriminators.Score(copy, s_real));
        byte[] later = StateBytes.Of(original);
        Assert.Equal(later, StateBytes.Of(copy));
        Assert.NotEqual(state, later);
        StateBytes.Restore(original, state);
        Train(original, 3);
        Assert.Equal(later, StateBytes.Of(original));
    }

    private static ModuleDiscriminator User(long weights, string optimizer)
    {
        manual_seed(weights);
        return new ModuleDiscriminator("mine", new UserNetwork(), Discriminators.Ending, seed: 5, createOptimizer: s_optimizers[optimizer]);
    }

    private static void Train(ModuleDiscriminator discriminator, int steps)
    {
        for (int step = 0; step < steps; step++)
            Discriminators.Train(discriminator, s_real, s_generated);
    }
}
