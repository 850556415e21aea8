namespace SeqGan.Tests.Training;

public sealed class LearningRateScheduleTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly ScalableGenerator _generator = new();
    private readonly TrainerSetup _setup;

    public LearningRateScheduleTests() =>
        _setup = new TrainerSetup(generator: _generator) { Options = { LearningRateSchedule = LearningRateSchedule.Linear } };

    public void Dispose() => _generator.Dispose();

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0.0, new[] { 1.0, 1, 1, 1, 1 })]
    [InlineData(LearningRateSchedule.Linear, 0.0, new[] { 0.9, 0.7, 0.5, 0.3, 0.1 })]
    [InlineData(LearningRateSchedule.Linear, 0.2, new[] { 0.92, 0.76, 0.6, 0.44, 0.28 })]
    [InlineData(LearningRateSchedule.Cosine, 0.0, new[] { 0.975528, 0.793893, 0.5, 0.206107, 0.024472 })]
    public void ShareAt_EachStepOfFive_FallsAsTheScheduleSays(LearningRateSchedule schedule, double final, double[] expected)
    {
        var options = new TrainingOptions { LearningRateSchedule = schedule, FinalLearningRateShare = final };

        Assert.All(expected.Index(), entry => Assert.Equal(entry.Item, LearningRateDecay.ShareAt(options, entry.Index, 5), 6));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(9, 5)]
    [InlineData(3, 0)]
    public void ShareAt_BeyondTheLastStep_IsThatOfTheLast(long step, long steps)
    {
        var options = new TrainingOptions { LearningRateSchedule = LearningRateSchedule.Linear };

        Assert.Equal(steps == 0 ? 0.5 : 0.1, LearningRateDecay.ShareAt(options, step, steps), 12);
    }

    // Two epochs of two batches; then adversarial rounds.
    [Fact]
    public async Task TrainAsync_Schedule_ScalesTheStepsOfMaximumLikelihoodAlone()
    {
        using SeqGanTrainer trainer = _setup.Build();

        await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal([0.875, 0.625, 0.375, 0.125], _generator.Scales[..4]);
        Assert.All(_generator.Scales[4..], scale => Assert.Equal(1, scale));
        Assert.Equal(10, _generator.Scales.Count);
    }

    [Fact]
    public async Task TrainAsync_StepFails_PutsTheRateBack()
    {
        _generator.BeforeStep += () =>
        {
            if (_generator.Scales.Count == 3)
                throw new InvalidOperationException("Full.");
        };
        using SeqGanTrainer trainer = _setup.Build();

        await Assert.ThrowsAnyAsync<Exception>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Equal([0.875, 0.625, 0.375], _generator.Scales);
        Assert.Equal(1, _generator.LearningRateScale);
    }

    [Fact]
    public void Build_FinalShareWithoutSchedule_IsRefused()
    {
        SeqGanBuilder builder = new SeqGanBuilder().UseCorpus(ResumeSetup.Corpus)
            .Configure(options => options.Training.FinalLearningRateShare = 0.1);

        var error = Assert.ThrowsAny<Exception>(() => builder.Build());

        Assert.Contains("FinalLearningRateShare is 0.1, but", error.Message, StringComparison.Ordinal);
    }

    // Two epochs are done; the resumed training has five, or those two alone.
    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    public async Task ResumeFrom_OtherEpochs_TrainsThoseThatAreLeftAndPutsTheRateBack(int epochs)
    {
        using var setup = new ResumeSetup();
        using (SeqGanTrainer begun = setup.Builder().UseCheckpoints(setup.Checkpoints)
            .Configure(options => options.Training.GeneratorPretrainingEpochs = 2).Build())
            await begun.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        setup.Configure = builder => builder.Configure(options => options.Training.GeneratorPretrainingEpochs = epochs);

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        TrainingResult result = await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        int perEpoch = (setup.Data.Training.Count + 7) / 8;
        Assert.Equal(Math.Max(0, epochs - 2) * perEpoch, result.Steps);
        Assert.Equal(1, ((IScalableLearningRate)resumed.Generator).LearningRateScale);
    }

    [Fact]
    public void ShareAt_InTheWarmUp_RisesFromNothingToAll()
    {
        var options = new TrainingOptions { WarmupShare = 0.4, LearningRateSchedule = LearningRateSchedule.Linear };

        Assert.Equal(
            [0.125, 0.375, 0.625, 0.875, 11.0 / 12],
            Enumerable.Range(0, 5).Select(step => Math.Round(LearningRateDecay.ShareAt(options, step, 10), 12)),
            (x, y) => Math.Abs(x - y) < 1e-9);
    }

    private sealed class ScalableGenerator : FakeGenerator, IScalableLearningRate
    {
        public ScalableGenerator()
            : base(TrainerSetup.Format) => BeforeStep = () => Scales.Add(LearningRateScale);

        public double LearningRateScale { get; set; } = 1;

        /// <summary>The scale at each step.</summary>
        public List<double> Scales { get; } = [];
    }
}
