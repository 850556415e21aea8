using System.Globalization;
using Microsoft.Extensions.Options;
using SeqGan.Tests.Checkpoints;
using SeqGan.Tests.Generation;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>The weights that the generator learns with, held against the formulas of docs/algorithm.md.</summary>
public sealed class PolicyGradientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrainAsync_KlCoefficient_TakesTheLogRatiosOfTheTokenAndThoseAfterItFromItsReward()
    {
        TrainerSetup setup = Setup();
        setup.PolicyGradient.KlCoefficient = 0.5;

        ((int[][] Tokens, double[][] Weights) step, TrainingProgress progress) = await FirstStepAsync(setup);

        double kl = 0;
        for (int row = 0; row < step.Tokens.Length; row++)
        {
            for (int position = 0; position < 4; position++)
            {
                double following = step.Tokens[row][position..].Sum(token => Own(token) - Reference(token));
                Assert.Equal(step.Tokens[row][position] / 10.0 - 0.5 * following, step.Weights[row][position], 5);
                kl += (Own(step.Tokens[row][position]) - Reference(step.Tokens[row][position])) / 16;
            }
        }

        Assert.Equal(kl, progress.Kl!.Value, 5);
        Assert.Equal(0.5, progress.KlCoefficient);
        Assert.Null(progress.ClippedShare);
    }

    [Fact]
    public async Task TrainAsync_KlCoefficientWithABaseline_IsCoveredByTheBaseline()
    {
        TrainerSetup setup = Setup();
        setup.PolicyGradient.KlCoefficient = 0.5;

        ((int[][] Tokens, double[][] Weights) step, _) = await FirstStepAsync(setup, RewardBaseline.BatchMean);

        Assert.All(Enumerable.Range(0, 4), position => Assert.Equal(0, step.Weights.Sum(row => row[position]), 4));
        Assert.Contains(step.Weights, row => Math.Abs(row[0]) > 0.01);
    }

    [Fact]
    public async Task TrainAsync_EntropyBonus_AddsHowUnlikelyATokenWasToItsAdvantage()
    {
        TrainerSetup setup = Setup();
        setup.PolicyGradient.EntropyBonus = 0.25;

        ((int[][] Tokens, double[][] Weights) step, TrainingProgress progress) = await FirstStepAsync(setup);

        for (int row = 0; row < step.Tokens.Length; row++)
            Assert.Equal(step.Tokens[row].Select(token => Math.Round(token / 10.0 - 0.25 * Own(token), 4)),
                step.Weights[row].Select(weight => Math.Round(weight, 4)));
        Assert.Null(progress.Kl);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)] // what would be pushed back is not clipped: advantage and ratio are on opposite sides
    public async Task TrainAsync_SeveralPasses_WeighByTheRatioAndLeaveAloneWhatIsBeyondTheRange(int direction)
    {
        TrainerSetup setup = Setup();
        (setup.PolicyGradient.Passes, setup.PolicyGradient.ClipRange) = (2, 0.2);
        // After a step token 4 is likelier, beyond the range, token 3 within it, and token 1 less likely by far.
        double[] change = [0, -0.5, 0, 0.1, 0.5, 0];
        setup.Generator.LogProbability = (token, steps) => (float)(Own(token) + direction * change[token] * steps);

        ((int[][] Tokens, double[][] Weights) first, TrainingProgress progress) = await FirstStepAsync(setup, RewardBaseline.BatchMean);
        (int[][] tokens, double[][] weights) = Parse(setup.Generator.Fed[1]);

        Assert.Equal(2, setup.Generator.Fed.Count);
        Assert.Equal(first.Tokens, tokens);
        int clipped = 0, opposite = 0;
        for (int row = 0; row < tokens.Length; row++)
        {
            for (int position = 0; position < 4; position++)
            {
                double advantage = first.Weights[row][position], ratio = Math.Exp(direction * change[tokens[row][position]]);
                bool isClipped = advantage > 0 ? ratio > 1.2 : ratio < 0.8;
                clipped += isClipped ? 1 : 0;
                opposite += !isClipped && advantage != 0 && ratio is (> 1.2 or < 0.8) ? 1 : 0;
                Assert.Equal(isClipped ? 0 : ratio * advantage, weights[row][position], 5);
            }
        }

        Assert.InRange(direction > 0 ? clipped : opposite, 1, 15);
        Assert.Equal(clipped / 16.0, progress.ClippedShare!.Value, 9);
    }

    [Fact]
    public async Task TrainAsync_EverythingOff_AsksForNoLogProbabilities()
    {
        TrainerSetup setup = Setup();

        await FirstStepAsync(setup);

        Assert.DoesNotContain("log-probabilities", setup.Events);
    }

    [Theory]
    [InlineData(0.5, 1.02)]
    [InlineData(2, 0.98)]
    [InlineData(1 / 1.1, 1.01)]
    public async Task TrainAsync_KlTarget_AdaptsTheCoefficientByTheErrorButNoMoreThanAFifth(double targetOfKl, double factor)
    {
        TrainerSetup setup = Setup();
        setup.Generator.LogProbability = (_, _) => -1;
        setup.KlReference = new FakeReference(_ => -1.25f);
        (setup.PolicyGradient.KlCoefficient, setup.PolicyGradient.KlTarget) = (2, 0.25 * targetOfKl);
        setup.Options.AdversarialRounds = 3;
        var list = new ProgressList();

        using SeqGanTrainer trainer = setup.Build();
        await trainer.RunAsync(TrainingPhase.Adversarial, list);

        Assert.Equal([2, 2 * factor, 2 * factor * factor], list.Reports.Select(report => report.KlCoefficient!.Value),
            (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(list.Reports, report => Assert.Equal(0.25, report.Kl!.Value, 6));
    }

    [Theory]
    [InlineData(0.001, "stays above its target", 1000)]
    [InlineData(100, "stays below its target", 0.001)]
    public async Task TrainAsync_KlTargetOutOfReach_IsSaidOnceAndTheTrainingEnds(double target, string message, double factor)
    {
        TrainerSetup setup = Setup();
        var logger = new RecordingLogger();
        setup.Logger = logger;
        setup.KlReference = new FakeReference(_ => -3);
        setup.Generator.LogProbability = (_, _) => -1;
        (setup.PolicyGradient.KlCoefficient, setup.PolicyGradient.KlTarget) = (0.5, target);
        setup.Options.AdversarialRounds = 400;
        var list = new ProgressList();

        using SeqGanTrainer trainer = setup.Build();
        await trainer.RunAsync(TrainingPhase.Adversarial, list);

        Assert.Single(logger.Messages, line => line.Contains(message, StringComparison.Ordinal));
        Assert.Equal(0.5 * factor, list.Reports[^1].KlCoefficient!.Value, 9);
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(0.2, false)]
    [InlineData(0.4, false)]
    [InlineData(1, true)]
    public async Task TrainAsync_ShortPhase_SaysWhereTheDivergenceEndedFarFromItsTarget(double target, bool isSaid)
    {
        TrainerSetup setup = Setup();
        var logger = new RecordingLogger();
        setup.Logger = logger;
        setup.KlReference = new FakeReference(_ => -1.25f);
        setup.Generator.LogProbability = (_, _) => -1;
        (setup.PolicyGradient.KlCoefficient, setup.PolicyGradient.KlTarget) = (0.5, target);
        setup.Options.AdversarialRounds = 3;

        using SeqGanTrainer trainer = setup.Build();
        await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal(
            isSaid ? 1 : 0,
            logger.Messages.Count(line => line.Contains(
                $"ended with a divergence of 0.25 nats a token, far from its target of {target}", StringComparison.Ordinal)));
    }

    [Fact]
    public void KlCoefficient_BetweenItsBounds_CountsRoundsAtThemAgain()
    {
        var options = new PolicyGradientOptions { KlCoefficient = 1, KlTarget = 0.1 };
        var coefficient = new KlCoefficient(options, new RecordingLogger()) { State = new KlState(1, 2) };

        coefficient.EndRound(3);
        Assert.Equal(new KlState(1, 0), coefficient.State);

        coefficient.State = new KlState(1000, 0);
        coefficient.EndRound(4);
        Assert.Equal(new KlState(1000, 1), coefficient.State);
    }

    [Fact]
    public async Task TrainAsync_TrainedAgain_StaysNearTheGeneratorThatThePhaseBeginsWith()
    {
        TrainerSetup setup = Setup();
        var reference = new FakeReference(_ => -1);
        setup.KlReference = reference;
        setup.PolicyGradient.KlCoefficient = 1;

        using SeqGanTrainer trainer = setup.Build();
        await trainer.RunAsync(TrainingPhase.Adversarial);
        await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal([0, 0], reference.Moves);
    }

    [Fact]
    public async Task TrainAsync_PassThatFails_LeavesTheWeightsFromBeforeTheFirst()
    {
        using RecurrentGenerator own = Generators.Create(TrainerSetup.Format);
        using var generator = new FailingGenerator(own, failsAt: 2);
        string before = Generator(own);
        using SeqGanTrainer trainer = new SeqGanBuilder().UseCorpus(new TrainerSetup().Corpus).UseGenerator(generator).UseConstantReward()
            .Configure(options => options.PolicyGradient.Passes = 3)
            .Configure(options => (options.Training.BatchSize, options.Training.DiscriminatorRoundsPerRound,
                options.Training.AdversarialRounds) = (4, 0, 1)).Build();

        await Assert.ThrowsAsync<TimeoutException>(() => trainer.RunAsync(TrainingPhase.Adversarial));

        Assert.Equal(before, Generator(own));
        Assert.Equal(3, (await trainer.RunAsync(TrainingPhase.Adversarial)).Steps);
        Assert.NotEqual(before, Generator(own));

        static string Generator(RecurrentGenerator generator)
        {
            using var state = new MemoryStream();
            generator.SaveState(state);
            return Convert.ToHexString(state.ToArray());
        }
    }

    [Fact]
    public async Task TrainAsync_StepThatFailsAfterItsRewards_LeavesWhatTheRewardsRemember()
    {
        using RecurrentGenerator own = Generators.Create(TrainerSetup.Format);
        using var generator = new FailingGenerator(own, failsAt: 1);
        var filter = new DiversityFilter(Scorers.Length(0, 9));
        using SeqGanTrainer trainer = new SeqGanBuilder().UseCorpus(new TrainerSetup().Corpus).UseGenerator(generator).AddReward(filter)
            .Configure(options => (options.Discriminator.FilterWidths, options.Discriminator.FilterCounts) = ([1], [2]))
            .Configure(options => options.Rewards.SamplesPerPrefix = 1)
            .Configure(options => (options.Training.BatchSize, options.Training.DiscriminatorRoundsPerRound,
                options.Training.AdversarialRounds) = (4, 0, 1)).Build();

        await Assert.ThrowsAsync<TimeoutException>(() => trainer.RunAsync(TrainingPhase.Adversarial));

        Assert.Equal(0, filter.Count);
        await trainer.RunAsync(TrainingPhase.Adversarial);
        Assert.InRange(filter.Count, 1, 4);
    }

    [Fact]
    public async Task TrainAsync_GeneratorWhoseLogProbabilitiesAreNoNumbers_HasDiverged()
    {
        TrainerSetup setup = Setup();
        setup.PolicyGradient.EntropyBonus = 1;
        setup.Generator.LogProbability = (_, _) => float.NaN;

        using SeqGanTrainer trainer = setup.Build();
        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync(TrainingPhase.Adversarial));

        Assert.Contains("log-probability of a sampled token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WhatCannotBe_IsListed()
    {
        using var generator = new FakeGenerator(TrainerSetup.Format);
        SeqGanBuilder Builder() => new SeqGanBuilder().UseCorpus(new TrainerSetup().Corpus).UseGenerator(generator).UseConstantReward()
            .Configure(options => options.Training.BatchSize = 4);

        var components = Assert.Throws<OptionsValidationException>(() => Builder()
            .Configure(options => options.PolicyGradient.KlCoefficient = 0.5)
            .Configure(options => options.Training.ScheduledSampling = ScheduledSampling.Linear)
            .Configure(options => options.Training.LearningRateSchedule = LearningRateSchedule.Cosine).Build());
        generator.GivesLogProbabilities = false;
        var passes = Assert.Throws<OptionsValidationException>(
            () => Builder().Configure(options => options.PolicyGradient.Passes = 2).Build());
        var target = Assert.Throws<OptionsValidationException>(
            () => Builder().Configure(options => options.PolicyGradient.KlTarget = 0.1).Build());

        Assert.Contains("KlCoefficient is 0.5, but the rollout policy of the generator, a FakeGenerator, gives no log-probabilities",
            components.Message, StringComparison.Ordinal);
        Assert.Contains("ScheduledSampling is Linear, but the generator, a FakeGenerator, is no IScheduledSampler", components.Message,
            StringComparison.Ordinal);
        Assert.Contains("LearningRateSchedule Cosine and WarmupShare 0, but the generator, a FakeGenerator, is no IScalableLearningRate",
            components.Message, StringComparison.Ordinal);
        Assert.Contains("Passes 2, but the generator, a FakeGenerator, gives no log-probabilities", passes.Message,
            StringComparison.Ordinal);
        Assert.Contains("KlTarget is 0.1, but KlCoefficient is 0", target.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogProbabilities_OfARolloutPolicy_AreItsOwnWeights()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        TokenBatch batch = generator.Sample(6, new RandomKey(1, RandomPurpose.Sampling), cancellationToken: Token).AsBatch();
        float[] before = Generators.LogProbabilities(generator, batch), frozen = new float[before.Length];
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();

        generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
        policy.LogProbabilities(batch, frozen, Token);

        Assert.Equal(before, frozen);
        Assert.NotEqual(before, Generators.LogProbabilities(generator, batch));
    }

    private static TrainerSetup Setup()
    {
        var setup = new TrainerSetup { KlReference = new FakeReference(Reference) };
        setup.Generator.LogProbability = (token, _) => Own(token);
        (setup.Options.AdversarialRounds, setup.Options.GeneratorStepsPerRound) = (1, 1);
        return setup;
    }

    private static float Own(int token) => -0.1f * token - 0.5f;

    private static float Reference(int token) => -0.3f * token - 0.2f;

    private static async Task<((int[][] Tokens, double[][] Weights) Step, TrainingProgress Progress)> FirstStepAsync(
        TrainerSetup setup, RewardBaseline baseline = RewardBaseline.None)
    {
        using SeqGanTrainer trainer = setup.Build(baseline: baseline);
        TrainingResult result = await trainer.RunAsync(TrainingPhase.Adversarial);
        return (Parse(setup.Generator.Fed[0]), result.Progress!);
    }

    private static (int[][] Tokens, double[][] Weights) Parse(string fed)
    {
        string[] parts = fed.Split(" | ");
        return ([.. parts[0].Split(' ')[1..].Select(token => int.Parse(token, CultureInfo.InvariantCulture)).Chunk(4)],
            [.. parts[1].Split(' ').Take(16).Select(weight => double.Parse(weight, CultureInfo.InvariantCulture)).Chunk(4)]);
    }

    private sealed class FakeReference(Func<int, float> logProbability) : IRolloutPolicy
    {
        public SequenceFormat Format => TrainerSetup.Format;

        public List<double> Moves { get; } = [];

        public void LogProbabilities(TokenBatch sequences, Span<float> destination, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < sequences.Count * sequences.Length; i++)
                destination[i] = logProbability(sequences.Tokens.Span[i]);
        }

        public void MoveTowardGenerator(double rate) => Moves.Add(rate);

        public void Complete(TokenBatch sequences, ReadOnlySpan<Completion> completions, RandomKey key, int firstRow,
            SequenceBuffer destination, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    /// <summary>Fails once, at one of its steps.</summary>
    private sealed class FailingGenerator(RecurrentGenerator own, int failsAt) : IGenerator, ICheckpointable
    {
        private int _steps;

        public SequenceFormat Format => own.Format;

        public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default) =>
            own.Sample(request, destination, cancellationToken);

        public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1,
            ITokenConstraint? constraint = null, CancellationToken cancellationToken = default) =>
            own.LogProbabilities(sequences, destination, temperature, constraint, cancellationToken);

        public GeneratorStep Train(
            TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective,
            CancellationToken cancellationToken = default) =>
            ++_steps == failsAt ? throw new TimeoutException() : own.Train(sequences, weights, objective, cancellationToken);

        public IRolloutPolicy CreateRolloutPolicy() => own.CreateRolloutPolicy();

        public void SaveState(Stream destination) => own.SaveState(destination);

        public void RestoreState(Stream source, int version) => own.RestoreState(source, version);

        public void Dispose() => own.Dispose();
    }
}
