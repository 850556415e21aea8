using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>What reports say, and who receives them.</summary>
public class TrainingProgressTests
{
    [Fact]
    public async Task Reports_ComeAtTheEndOfEachRound()
    {
        var progress = new ProgressList();
        using SeqGanTrainer trainer = new TrainerSetup().Build();

        await trainer.RunAsync(progress: progress);

        Assert.Equal(
            ["GeneratorPretraining 1/2", "GeneratorPretraining 2/2", "DiscriminatorPretraining 1/2", "DiscriminatorPretraining 2/2",
                "Adversarial 1/3", "Adversarial 2/3", "Adversarial 3/3"],
            progress.Reports.Select(p => $"{p.Phase} {p.Round}/{p.Rounds}"));
        Assert.Equal([0.5, 1, 0.5, 1, 1 / 3.0, 2 / 3.0, 1], progress.Reports.Select(p => p.Fraction));
        Assert.Equal([2, 4, 8, 12, 18, 24, 30], progress.Reports.Select(p => p.Step));
        Assert.All(progress.Reports, p =>
            Assert.True(p.EndOfRound && p.StepsPerSecond > 0 && p.TokensPerSecond > p.StepsPerSecond && p.Elapsed > TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, progress.Reports[^1].EstimatedRemaining);
    }

    [Fact]
    public async Task Reports_HoldTheFiguresThatAreKnown()
    {
        var progress = new ProgressList();
        var setup = new TrainerSetup();
        double loss = 0;
        setup.Generator.Loss = objective => objective == GeneratorObjective.MaximumLikelihood ? ++loss : 10;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(progress: progress);

        TrainingProgress first = progress.Reports[0], second = progress.Reports[1], pretrained = progress.Reports[3],
            last = progress.Reports[^1];
        Assert.Equal((1.5, 3.5), (first.GeneratorLoss, second.GeneratorLoss));
        Assert.Equal((1.5, null, 2), (first.NegativeLogLikelihood, first.PolicyEntropy, first.GeneratorGradientNorm));
        Assert.Null(first.DiscriminatorLoss);
        Assert.Null(first.RewardMean);
        Assert.Equal((0.7, 0.75, 0.6, 0.4, 3),
            (Round(pretrained.DiscriminatorLoss), pretrained.DiscriminatorAccuracy, Round(pretrained.RealScore),
                Round(pretrained.GeneratedScore), pretrained.DiscriminatorGradientNorm));
        Assert.Equal(3.5, pretrained.GeneratorLoss);
        Assert.Equal((10, 1.5), (last.GeneratorLoss, last.PolicyEntropy));
        Assert.InRange(last.RewardMean!.Value, 0.1, 0.3);
        Assert.InRange(last.RewardDeviation!.Value, 0.1, 0.2);
        Assert.Null(last.HeldOutAccuracy);
    }

    [Fact]
    public async Task Reports_WithInterval_AlsoComeFromWithinRounds()
    {
        var progress = new ProgressList();
        var setup = new TrainerSetup();
        setup.Options.ProgressInterval = TimeSpan.FromTicks(1);
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining, progress);

        Assert.Equal([0.25, 0.5, 0.5, 0.75, 1, 1], progress.Reports.Select(p => p.Fraction));
        Assert.Equal([false, false, true, false, false, true], progress.Reports.Select(p => p.EndOfRound));
    }

    [Fact]
    public async Task AddObserver_Action_SeesReportsFromWithinRoundsOnlyIfAsked()
    {
        var ends = new List<TrainingProgress>();
        var all = new List<TrainingProgress>();
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .Configure(options => options.Training.ProgressInterval = TimeSpan.FromTicks(1))
            .AddObserver(ends.Add)
            .AddObserver(all.Add, withinRounds: true)
            .Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining);

        Assert.All(ends, progress => Assert.True(progress.EndOfRound));
        Assert.Equal(ends, all.Where(progress => progress.EndOfRound));
        Assert.Contains(all, progress => !progress.EndOfRound);
    }

    [Fact]
    public async Task Reports_OfATrainingWithoutEnd_HaveNoTimeLeft()
    {
        var setup = new TrainerSetup();
        setup.Options.DiscriminatorPretrainingRounds = int.MaxValue;
        setup.Options.DiscriminatorEpochs = int.MaxValue;
        setup.Options.ProgressInterval = TimeSpan.FromMilliseconds(20);
        TrainingProgress? first = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        setup.Observers.Add(new ContextObserver((progress, _) =>
        {
            first = progress;
            stop.Cancel();
        }));
        using SeqGanTrainer trainer = setup.Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: stop.Token));

        Assert.True(first!.Fraction > 0);
        Assert.Null(first.EstimatedRemaining);
    }

    [Fact]
    public async Task Reports_OfARoundWithoutStepsThatIsCancelled_ComeAgain()
    {
        var setup = new TrainerSetup();
        setup.Discriminator.Step = () => DiscriminatorStep.NotTrained;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        setup.Observers.Add(new ContextObserver((_, _) =>
        {
            if (stop.IsCancellationRequested)
                return;
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }));
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, progress, stop.Token));
        await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining, progress);

        Assert.True(Assert.Single(progress.Reports).EndOfRound);
    }

    [Fact]
    public async Task Patience_InAdversarialRounds_BeginsAgainInEachRound()
    {
        var setup = new TrainerSetup(heldOut: 4);
        (setup.Options.DiscriminatorPatience, setup.Options.DiscriminatorEpochs) = (2, 5);
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.Adversarial);

        // Two epochs without improvement, of two steps each, in each of the three rounds.
        Assert.Equal(12, setup.Events.Count(e => e == "D"));
    }

    [Fact]
    public async Task HeldOutAccuracy_JudgesHeldOutAndFreshSequences()
    {
        var setup = new TrainerSetup(heldOut: 10);
        // Knows real sequences by their first token, but takes those whose second is 0 for generated: 2 of 10 held-out ones.
        setup.Discriminator.Rule = tokens => tokens[0] == 5 && tokens[1] != 0 ? 0.9f : 0.1f;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.Equal(0.8, result.Progress!.HeldOutRealAccuracy!.Value, 1e-9);
        Assert.Equal(0.9, result.Progress.HeldOutAccuracy!.Value, 1e-9);
        Assert.Equal(2, setup.Events.Count(e => e.StartsWith("sample Evaluation", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task HeldOutAccuracy_ScoreOfOneHalf_CountsAsReal()
    {
        var setup = new TrainerSetup(heldOut: 10);
        setup.Discriminator.Rule = _ => 0.5f;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.Equal((1, 0.5), (result.Progress!.HeldOutRealAccuracy, result.Progress.HeldOutAccuracy));
    }

    [Fact]
    public async Task Patience_StopsTheDiscriminatorWhenHeldOutAccuracyDoesNotRise()
    {
        var setup = new TrainerSetup(heldOut: 4);
        setup.Options.DiscriminatorPatience = 3;
        setup.Options.DiscriminatorPretrainingRounds = 100;
        int steps = 0;
        setup.On = e => steps += e == "D" ? 1 : 0;
        // Untrained it takes everything for real; from the fourth step, the end of the second epoch, it is perfect.
        setup.Discriminator.Rule = tokens => steps < 4 || tokens[0] == 5 ? 1 : 0;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.Equal(2 * (2 + 3), result.Steps);
        Assert.Equal(1, result.Progress!.HeldOutAccuracy);
    }

    [Fact]
    public async Task Patience_StopsEachAdversarialRoundsDiscriminatorAlone()
    {
        var setup = new TrainerSetup(heldOut: 4);
        setup.Options.DiscriminatorPatience = 1;
        setup.Options.DiscriminatorRoundsPerRound = 5;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal(3 * (2 + 2), result.Steps);
        Assert.Equal(3, result.Progress!.Round);
    }

    [Fact]
    public async Task Reports_CountScoresThatDoNotApply()
    {
        var progress = new ProgressList();
        var setup = new TrainerSetup();
        var never = new DelegateScorer("never", _ => float.NaN);
        setup.Rewards = new SequenceRewardEstimator(CombinedScorer.Sum([(setup.Discriminator, 1), (never, 2)]));
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.Adversarial, progress);

        Assert.All(progress.Reports, p => Assert.Equal((2 * 4, 0.5), (p.ScoresNotApplicable, p.RewardMean)));
    }

    [Fact]
    public async Task Observers_SeeWhatProgressSeesAndTheMetricsOfEvaluations()
    {
        var setup = new TrainerSetup();
        List<TrainingProgress> seen = [];
        setup.Observers.Add(new ContextObserver((progress, context) =>
        {
            Assert.Same(setup.Generator, context.Generator);
            Assert.Same(setup.Discriminator, context.Discriminator);
            Assert.Same(setup.Corpus, context.Corpus);
            seen.Add(progress);
        }));
        var evaluator = new CountingEvaluator();
        setup.Observers.Add(new EvaluationObserver([evaluator], interval: 2));
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(progress: progress);

        Assert.Equal(seen, progress.Reports);
        Assert.Equal([0, 1, 0, 0, 0, 2, 3], seen.Select(p => p.Metrics.GetValueOrDefault("count")));
        Assert.Equal(3, result.Metrics["count"]);
        Assert.Same(seen[^1], result.Progress);
    }

    [Fact]
    public async Task Observer_ThatThrows_EndsTheTrainingAndLeavesItUsable()
    {
        var setup = new TrainerSetup();
        var failure = new IOException("disk full");
        bool fails = true;
        setup.Observers.Add(new ContextObserver((_, _) =>
        {
            if (fails)
                throw failure;
        }));
        using SeqGanTrainer trainer = setup.Build();

        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => trainer.RunAsync()));
        Assert.Equal(2, setup.Generator.Fed.Count);
        fails = false;

        // It resumes where it stopped: after the two steps of the epoch whose report failed.
        Assert.Equal(28, (await trainer.RunAsync()).Steps);
        Assert.Equal(30, (await trainer.RunAsync()).Steps);
    }

    [Fact]
    public void ToString_IsALineForPeople()
    {
        var progress = new TrainingProgress
        {
            Phase = TrainingPhase.Adversarial,
            Round = 3,
            Rounds = 50,
            Fraction = 0.06,
            GeneratorLoss = 1.25,
            PolicyEntropy = 2.5,
            RewardMean = 0.4,
            RewardDeviation = 0.08,
            DiscriminatorLoss = 0.61,
            DiscriminatorAccuracy = 0.65,
            StepsPerSecond = 12.34,
            EstimatedRemaining = TimeSpan.FromSeconds(129.5),
            Metrics = new Dictionary<string, double> { ["nll_test"] = 7.6 },
        };

        Assert.Equal(
            "Adversarial 3/50 (6%), G loss 1.250, entropy 2.500, reward 0.400 +- 0.080, D loss 0.610, accuracy 0.650, nll_test 7.600, "
                + "12.3 steps/s, 0:02:10 left",
            progress.ToString());
    }

    private static double Round(double? value) => Math.Round(value!.Value, 9);

    private sealed class CountingEvaluator : IEvaluator
    {
        private int _count;

        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(
            IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double> { ["count"] = ++_count });
    }
}
