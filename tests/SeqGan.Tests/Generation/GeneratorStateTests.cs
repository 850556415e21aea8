using SeqGan.Tests.Rollouts;

namespace SeqGan.Tests.Generation;

public class GeneratorStateTests
{
    private static readonly TokenBatch s_batch =
        Discrimination.Discriminators.Random(Generators.Ending, 12, 3, beyond: Generators.Ending.VocabularySize);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, OptimizerKind.Adam, false, 1)]
    [InlineData(GeneratorNetwork.Lstm, OptimizerKind.Adam, true, 2)]
    [InlineData(GeneratorNetwork.Gru, OptimizerKind.Adam, false, 1)]
    [InlineData(GeneratorNetwork.Gru, OptimizerKind.RmsProp, false, 1)]
    [InlineData(GeneratorNetwork.Lstm, OptimizerKind.RmsProp, false, 1)]
    [InlineData(GeneratorNetwork.Lstm, OptimizerKind.Sgd, false, 1)]
    [InlineData(GeneratorNetwork.Transformer, OptimizerKind.Adam, true, 2)]
    [InlineData(GeneratorNetwork.Transformer, OptimizerKind.RmsProp, false, 1)]
    public void RestoreState_InAFreshGenerator_GoesOnBitForBit(GeneratorNetwork cell, OptimizerKind optimizer, bool sparse, int layers)
    {
        using NeuralGenerator original = Create(seed: 1), copy = Create(seed: 2);
        Train(original, 3);
        byte[] state = StateBytes.Of(original);
        StateBytes.Restore(copy, state);
        Assert.Equal(state, StateBytes.Of(copy));
        Train(original, 3);
        Train(copy, 3);
        Assert.Equal(Generators.LogProbabilities(original, s_batch), Generators.LogProbabilities(copy, s_batch));
        Assert.Equal(StateBytes.Of(original), StateBytes.Of(copy));

        NeuralGenerator Create(ulong seed) => Generators.OfNetwork(Generators.Ending, cell, layers, seed, options =>
        {
            options.Optimizer = optimizer;
            options.SparseEmbeddingUpdates = sparse;
        });
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, 0.0)]
    [InlineData(GeneratorNetwork.Lstm, 2, 0.0)]
    [InlineData(GeneratorNetwork.Lstm, 2, 0.9)]
    [InlineData(GeneratorNetwork.Transformer, 2, 0.9)]
    public void RestoreState_WithDropoutDecayAndAveraging_GoesOnBitForBit(GeneratorNetwork network, int layers, double averaging)
    {
        using NeuralGenerator original = Create(), copy = Create(), other = Create(dropout: 0);
        Train(original, 3);
        Train(other, 3);
        StateBytes.Restore(copy, StateBytes.Of(original));
        Train(original, 3);
        Train(copy, 3);

        Assert.Equal(StateBytes.Of(original), StateBytes.Of(copy));
        Assert.NotEqual(Generators.LogProbabilities(original, s_batch), Generators.LogProbabilities(other, s_batch));

        NeuralGenerator Create(double dropout = 0.3) => Generators.OfNetwork(
            Generators.Ending, network, layers, 1,
            options => (options.Dropout, options.WeightDecay, options.WeightAveraging) = (dropout, 0.1, averaging));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void RestoreState_InAGeneratorThatWentOn_TakesItBack(int steps)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        Train(generator, steps);
        byte[] state = StateBytes.Of(generator);
        int[] samples = Sample(generator);
        Train(generator, 2);
        byte[] later = StateBytes.Of(generator);
        Assert.NotEqual(samples, Sample(generator));
        StateBytes.Restore(generator, state);
        Assert.Equal(samples, Sample(generator));
        Train(generator, 2);
        Assert.Equal(later, StateBytes.Of(generator));
    }

    [Fact]
    public void SaveState_Always_ChangesNothingAndNamesWeightsAsPyTorch()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending), other = Generators.Create(Generators.Ending);
        Train(generator, 1);
        Train(other, 1);
        byte[] state = StateBytes.Of(generator);
        Assert.Equal(state, StateBytes.Of(generator));
        Train(generator, 1);
        Train(other, 1);
        Assert.Equal(StateBytes.Of(other), StateBytes.Of(generator));
        Assert.Contains("lstm.weight_ih_l0", StateBytes.NamesIn(state));
        Assert.Contains("mle.exp_avg.embedding.weight", StateBytes.NamesIn(state));
        Assert.Contains("pg.step.output.bias", StateBytes.NamesIn(state));
    }

    [Fact]
    public void RestoreState_OfAnotherGenerator_IsRefused()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        using RecurrentGenerator gru = Generators.Create(Generators.Ending, GeneratorNetwork.Gru),
            wide = Generators.Create(Generators.Ending, configure: o => o.HiddenSize = 11);
        using RecurrentGenerator sgd = Generators.Create(Generators.Ending, configure: o => o.Optimizer = OptimizerKind.Sgd);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        StateBytes.AssertRefused(generator, StateBytes.Of(gru), "it has 'gru.");
        StateBytes.AssertRefused(generator, StateBytes.Of(wide), "[44]; it must be F32 [40]");
        StateBytes.AssertRefused(generator, StateBytes.Of(sgd), "its optimizer is 'SGD'; it must be 'Adam'");
        StateBytes.AssertRefused(generator, StateBytes.Of((ICheckpointable)policy), "its component is 'RecurrentRolloutPolicy'");
    }

    [Fact]
    public void RestoreState_OfUnusableValues_IsRefused()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        Train(generator, 2);
        byte[] state = StateBytes.Of(generator);
        StateBytes.AssertRefused(generator, StateBytes.WithFloat(state, "output.weight", float.NaN), "'output.weight' holds NaN");
        StateBytes.AssertRefused(generator, StateBytes.WithFloat(state, "mle.exp_avg.output.weight", float.PositiveInfinity),
            "must be finite");
        StateBytes.AssertRefused(generator, StateBytes.WithFloat(state, "pg.exp_avg_sq.output.weight", -1),
            "must be finite and at least 0");
        StateBytes.AssertRefused(generator, StateBytes.WithInteger(state, "mle.step.output.weight", -1), "is -1; it must be in [0, ");
        StateBytes.AssertRefused(generator, StateBytes.WithInteger(state, "mle.step.output.weight", long.MaxValue), "it must be in [0, ");
        StateBytes.AssertRefused(generator, StateBytes.WithText(state, "\"shape\":[9,6]", "\"shape\":[6,9]"),
            "[6, 9]; it must be F32 [9, 6]");
        StateBytes.AssertRefused(generator, StateBytes.WithText(state, "\"pg.step.", "\"PG.step."), "it has 'PG.step.");
        StateBytes.AssertRefused(generator, [], "cannot be used");
        Assert.Throws<InvalidDataException>(() => generator.RestoreState(new MemoryStream(state), 2));
    }

    [Fact]
    public void RestoreState_OfChangedBytes_IsRefusedOrTakenAsAWhole()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending), other = Generators.Create(Generators.Ending, seed: 2);
        Train(other, 2);
        StateBytes.AssertNeverHalfTaken(generator, StateBytes.Of(other), 400);
        Train(generator, 1);
    }

    [Fact]
    public void SaveAndRestoreState_Always_LeaveNoTensor()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending, configure: o => o.Optimizer = OptimizerKind.RmsProp);
        Train(generator, 1);
        StateBytes.Restore(generator, StateBytes.Of(generator));
        long before = LiveTensors.Settle();
        byte[] state = StateBytes.Of(generator);
        StateBytes.Restore(generator, state);
        Assert.Throws<InvalidDataException>(() => StateBytes.Restore(generator, state[..^1]));
        Assert.Throws<InvalidDataException>(() => StateBytes.Restore(generator, StateBytes.WithFloat(state, "output.bias", float.NaN)));
        LiveTensors.AssertNoMoreThan(before);
    }

    [Fact]
    public void SaveAndRestoreState_AfterDisposal_Throw()
    {
        RecurrentGenerator generator = Generators.Create(Generators.Ending);
        byte[] state = StateBytes.Of(generator);
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => StateBytes.Of(generator));
        Assert.Throws<ObjectDisposedException>(() => StateBytes.Restore(generator, state));
    }

    [Fact]
    public void RolloutPolicy_RestoreState_CompletesBitForBit()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending), other = Generators.Create(Generators.Ending, seed: 2);
        using var rollout = new MonteCarloRollout(generator);
        using var fresh = new MonteCarloRollout(other);
        Train(generator, 3);
        rollout.UpdatePolicy();
        byte[] state = StateBytes.Of(Policy(rollout));
        int[] completions = Complete(rollout);
        Assert.NotEqual(completions, Complete(fresh));
        StateBytes.Restore(Policy(fresh), state);
        Assert.Equal(completions, Complete(fresh));
        StateBytes.AssertRefused(Policy(rollout), StateBytes.Of(generator), "its component is 'RecurrentGenerator'");
    }

    private static ICheckpointable Policy(ICompositeComponent rollout) => (ICheckpointable)Assert.Single(rollout.Parts).Component;

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void LearningRateScale_OfAQuarter_IsAQuarterOfTheLearningRate(OptimizerKind optimizer)
    {
        using RecurrentGenerator scaled = Create(1), quarter = Create(0.25), whole = Create(1);
        scaled.LearningRateScale = 0.25;
        foreach (RecurrentGenerator generator in new[] { scaled, quarter, whole })
            Train(generator, 2);
        Assert.Equal(StateBytes.Of(quarter), StateBytes.Of(scaled));
        Assert.NotEqual(StateBytes.Of(whole), StateBytes.Of(scaled));
        StateBytes.Restore(scaled, StateBytes.Of(whole));
        Assert.Equal(0.25, scaled.LearningRateScale);
        scaled.LearningRateScale = 1;
        Train(scaled, 1);
        Train(whole, 1);
        Assert.Equal(StateBytes.Of(whole), StateBytes.Of(scaled));
        foreach (double scale in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => scaled.LearningRateScale = scale);

        RecurrentGenerator Create(double factor) => Generators.Create(Generators.Ending, configure: options =>
        {
            options.Optimizer = optimizer;
            options.LearningRate *= factor;
            options.PolicyGradientLearningRate *= factor;
        });
    }

    private static void Train(NeuralGenerator generator, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            generator.Train(s_batch, Generators.Ones(s_batch), GeneratorObjective.MaximumLikelihood);
            generator.Train(s_batch[..5], Generators.Ones(s_batch), GeneratorObjective.PolicyGradient);
        }
    }

    private static int[] Sample(RecurrentGenerator generator)
    {
        var buffer = new SequenceBuffer(generator.Format, 40);
        generator.Sample(new SampleRequest { Key = new RandomKey(1, RandomPurpose.Sampling) }, buffer);
        return Generators.Tokens(buffer.AsBatch());
    }

    private static int[] Complete(MonteCarloRollout rollout)
    {
        var buffer = new SequenceBuffer(rollout.Format);
        rollout.Complete(s_batch, new RolloutRequest { Key = new RandomKey(1, RandomPurpose.Rollout), SamplesPerPrefix = 4 }, buffer);
        return Generators.Tokens(buffer.AsBatch());
    }
}
