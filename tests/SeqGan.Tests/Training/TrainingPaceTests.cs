using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>The time that is left of a whole training, by a clock that the steps of fakes move.</summary>
public sealed class TrainingPaceTests
{
    private const double LikelihoodStep = 1, NegativeSampling = 3, DiscriminatorStep = 2, PolicyStep = 31;

    private readonly ManualClock _clock = new();
    private readonly ProgressList _progress = new();
    private readonly List<double> _times = [];

    [Fact]
    public async Task EstimateRemaining_OfOnePhase_IsExactFromTheFirstStepOn()
    {
        TrainerSetup setup = Setup();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining, _progress);

        AssertExact(0);
    }

    [Fact]
    public async Task EstimateRemaining_OnceEachKindOfWorkWasTimed_IsExact()
    {
        TrainerSetup setup = Setup();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(progress: _progress);

        // 4 steps of likelihood; 2 rounds of 3 + 4 * 2 seconds; 3 rounds of 2 * 31 + 3 + 4 * 2 seconds.
        Assert.Equal(4 + (2 * 11) + (3 * 73), _clock.Seconds);
        AssertExact(_progress.Reports.FindIndex(report => report.Phase == TrainingPhase.Adversarial));
    }

    [Fact]
    public async Task EstimateRemaining_AfterACancellation_IsOfWhatIsLeft()
    {
        TrainerSetup setup = Setup();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int steps = 0;
        setup.On += what => StopAt(what == "D" && ++steps == 14);
        using SeqGanTrainer trainer = setup.Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(TrainingPhase.All, null, stop.Token));

        await trainer.RunAsync(progress: _progress);

        Assert.Equal(TrainingPhase.Adversarial, _progress.Reports[0].Phase);
        AssertExact(0);

        void StopAt(bool isTime)
        {
            if (isTime)
                stop.Cancel();
        }
    }

    [Fact]
    public async Task EstimateRemaining_DiscriminatorThatDoesNotTrain_CountsNoStepsOfIt()
    {
        TrainerSetup setup = Setup();
        setup.Discriminator.Step = () => new() { Trained = false };
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(progress: _progress);

        // 4 steps of likelihood; 1 round of 3 + 2 seconds, which shows it; 3 rounds of 2 * 31 + 3 + 2 seconds.
        Assert.Equal(4 + 5 + (3 * 67), _clock.Seconds);
        AssertExact(_progress.Reports.FindIndex(report => report is { Phase: TrainingPhase.Adversarial, Round: 2 }));
    }

    [Fact]
    public async Task EstimateRemaining_ProgramThatWasStopped_IsSoonRightAgain()
    {
        TrainerSetup setup = Setup();
        setup.Options.GeneratorPretrainingEpochs = 150;
        int steps = 0;
        setup.On += what => _clock.Seconds += what == "mle" && ++steps == 50 ? 100_000 : 0;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining, _progress);

        // 300 steps of a second each.
        double[] left = [.. _progress.Reports.Where(report => !report.EndOfRound)
            .Select(report => report.EstimatedRemaining!.Value.TotalSeconds)];
        Assert.Equal(300, left.Length);
        Assert.All(left.Index(), report => Assert.InRange(report.Item, 300 - 1 - report.Index, 2 * (300 - 1 - report.Index) + 1e-6));
        Assert.InRange(left[199] / 100, 1, 1.02);
    }

    [Fact]
    public async Task EstimateRemaining_BeforeTheFirstRollouts_CountsTheirTokens()
    {
        double[] seconds = [await FirstEstimateAsync(samples: 16), await FirstEstimateAsync(samples: 32)];

        // As many again of the completions that most of the time goes to.
        Assert.InRange(seconds[1] / seconds[0], 1.4, 2);

        async Task<double> FirstEstimateAsync(int samples)
        {
            TrainerSetup setup = Setup();
            setup.SamplesPerPrefix = samples;
            using SeqGanTrainer trainer = setup.Build();
            var progress = new ProgressList();
            await trainer.RunAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial, progress);
            return progress.Reports[0].EstimatedRemaining!.Value.TotalSeconds;
        }
    }

    [Fact]
    public async Task EstimateRemaining_PhaseThatMayStopEarly_IsBetweenItsSoonestAndItsLatestEnd()
    {
        TrainerSetup setup = Setup();
        setup.Options.GeneratorPretrainingEpochs = 50;
        setup.Options.EarlyStopping.Add(new EarlyStoppingOptions { Metric = "mine", Patience = 4, RestoreBest = false });
        setup.Observers.Add(new ContextObserver((report, context) =>
        {
            if (report.EndOfRound)
                context.Report("mine", report.Round < 3 ? -report.Round : 0);
        }));
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining, _progress);

        // Two steps of a second each epoch. When a report is made, its own metric has not been seen.
        TrainingProgress[] ends = [.. _progress.Reports.Where(report => report.EndOfRound)];
        Assert.Equal(6, ends.Length);
        double[] expected = [.. new[] { (5, 49), (4, 48), (4, 47), (3, 46), (2, 45), (1, 44) }
            .Select(left => 2 * Math.Sqrt(left.Item1 * left.Item2))];
        Assert.Equal(expected, ends.Select(report => report.EstimatedRemaining!.Value.TotalSeconds), (x, y) => Math.Abs(x - y) < 1e-6);
    }

    // Every step reports, and takes its time.
    private TrainerSetup Setup()
    {
        var setup = new TrainerSetup { Clock = _clock };
        setup.Options.ProgressInterval = TimeSpan.FromTicks(1);
        setup.On = what => _clock.Seconds += what.Split(' ') switch
        {
            ["mle"] => LikelihoodStep,
            ["sample", nameof(RandomPurpose.NegativeSampling), ..] => NegativeSampling,
            ["D"] => DiscriminatorStep,
            ["reward", ..] => PolicyStep,
            _ => 0,
        };
        setup.Observers.Add(new ContextObserver((_, _) => _times.Add(_clock.Seconds)));
        return setup;
    }

    private void AssertExact(int first)
    {
        double[] times = [.. _times.TakeLast(_progress.Reports.Count)];
        Assert.All(_progress.Reports.Index().Skip(first), report =>
            Assert.Equal(_clock.Seconds - times[report.Index], report.Item.EstimatedRemaining!.Value.TotalSeconds, 1e-6));
    }

    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.FromSeconds(Seconds).Ticks;
    }
}
