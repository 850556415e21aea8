using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>What a training does that goes wrong.</summary>
public sealed class DivergenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnNotFinite_Continue_PassesOverTheStepAndCountsIt()
    {
        var setup = new TrainerSetup { Health = { OnNotFinite = DivergenceAction.Continue } };
        int step = 0;
        setup.Generator.Loss = _ => ++step == 3 ? double.NaN : 1;
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining, progress);

        Assert.Equal([0L, 1L], progress.Reports.Select(report => report.StepsNotFinite));
        Assert.Equal([DivergenceSigns.None, DivergenceSigns.NotFinite], progress.Reports.Select(report => report.Signs));
        Assert.Equal(4, progress.Reports[^1].Step);
    }

    [Fact]
    public async Task OnGeneratorCollapsed_Stop_NamesTheSignAfterThePatience()
    {
        var setup = new TrainerSetup { Health = { OnGeneratorCollapsed = DivergenceAction.Stop, MinimumEntropy = 10, Patience = 2 } };
        using SeqGanTrainer trainer = setup.Build();
        var progress = new ProgressList();

        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync(TrainingPhase.Adversarial, progress));

        Assert.Equal((DivergenceSigns.GeneratorCollapsed, "policy entropy", TrainingPhase.Adversarial),
            (error.Sign, error.Quantity, error.Phase));
        Assert.Equal([DivergenceSigns.None, DivergenceSigns.GeneratorCollapsed], progress.Reports.Select(report => report.Signs));
    }

    [Fact]
    public async Task OnDiscriminatorWon_ByDefault_IsReportedAndGoesOn()
    {
        var setup = new TrainerSetup { Rewards = new ConstantRewardEstimator(0), Health = { Patience = 2 } };
        setup.Discriminator.Step = () => new DiscriminatorStep { Loss = 0.01, Accuracy = 1 };
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.Adversarial, progress);

        Assert.Equal(
            [false, true, true], progress.Reports.Select(report => report.Signs.HasFlag(DivergenceSigns.DiscriminatorWon)));
        Assert.All(progress.Reports, report => Assert.InRange(report.SampleUniqueness!.Value, 0.01, 1));
    }

    [Fact]
    public async Task OnDiscriminatorWon_NotInARow_IsNotReported()
    {
        var setup = new TrainerSetup { Rewards = new ConstantRewardEstimator(0), Health = { Patience = 2 } };
        int steps = 0;
        // Four steps a round: it wins in the first and the third.
        setup.Discriminator.Step = () => new DiscriminatorStep { Loss = 0.01, Accuracy = steps++ / 4 == 1 ? 0.5 : 1 };
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.Adversarial, progress);

        Assert.Equal(12, steps);
        Assert.All(progress.Reports, report => Assert.False(report.Signs.HasFlag(DivergenceSigns.DiscriminatorWon)));
    }

    [Fact]
    public void Observe_CollapseOfTwoRoundsThatAreNotInARow_IsNoSign()
    {
        var setup = new TrainerSetup();
        var health = new TrainingHealth(new TrainerComponents
        {
            Generator = setup.Generator,
            Discriminator = setup.Discriminator,
            RewardEstimator = setup.Rewards,
            Corpus = setup.Corpus,
            Options = new SeqGanOptions { Health = new TrainingHealthOptions { Patience = 2, MinimumEntropy = 1 } },
        });
        var figures = new TrainingFigures();

        Assert.Equal(
            [DivergenceSigns.None, DivergenceSigns.None, DivergenceSigns.None, DivergenceSigns.GeneratorCollapsed],
            new[] { 0.5, 2, 0.5, 0.5 }.Select(entropy =>
            {
                figures.StartRound();
                figures.Record(TrainingMetric.PolicyEntropy, entropy);
                return health.Observe(new TrainingProgress { Phase = TrainingPhase.Adversarial, Round = 1, Rounds = 4 }, figures);
            }));
    }

    [Fact]
    public async Task RollBack_LossThatIsNotFinite_GoesBackWithALowerLearningRate()
    {
        using var setup = new ResumeSetup();
        int failures = 0;
        var scales = new List<double>();
        using SeqGanTrainer trainer = setup.Builder(progress => scales.Add(progress.LearningRateScale))
            .UseRewardEstimator(context =>
                new FailingRewards(new MonteCarloRewardEstimator(context.Rollout, context.Scorer, 2), call => call == 4 && failures++ == 0))
            .UseCheckpoints(setup.Checkpoints)
            .Configure(options => options.Checkpoints.EveryRounds = 1)
            .Configure(options => options.Health.OnNotFinite = DivergenceAction.RollBack)
            .Build();

        TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal(1, failures);
        Assert.Equal([1, 0.5], scales.Distinct());
        Assert.Equal((TrainingPhase.Adversarial, 3), (result.Progress!.Phase, result.Progress.Round));
        Assert.Equal(0.5, ((IScalableLearningRate)trainer.Generator).LearningRateScale);
        Assert.Equal(0.5, ((IScalableLearningRate)trainer.Discriminator).LearningRateScale);
    }

    [Fact]
    public async Task RollBack_TwiceToOneCheckpoint_LowersTheLearningRateEachTime()
    {
        using var setup = new ResumeSetup();
        using SeqGanTrainer trainer = setup.Builder()
            .UseRewardEstimator(_ => new FailingRewards(new ConstantRewardEstimator(0.5f), call => call is 4 or 5))
            .UseCheckpoints(setup.Checkpoints)
            .Configure(options => options.Checkpoints.EveryRounds = 1)
            .Configure(options => (options.Health.OnNotFinite, options.Health.MaximumRollBacks) = (DivergenceAction.RollBack, 2))
            .Build();

        TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal((3, 0.25), (result.Progress!.Round, result.Progress.LearningRateScale));
    }

    [Fact]
    public async Task RollBack_KilledBeforeOrAfter_IsResumedToTheSameEnd()
    {
        async Task<string> TrainAsync(ResumeSetup setup, bool resumes, Action<CheckpointInfo>? written = null)
        {
            using SeqGanTrainer trainer = (
                resumes ? setup.Builder().ResumeFrom(setup.Checkpoints) : setup.Builder().UseCheckpoints(setup.Checkpoints, written))
                .Configure(options => options.Training.AdversarialRounds = 5)
                .Configure(options => (options.Checkpoints.EveryRounds, options.Checkpoints.KeepLatest) = (1, 100))
                .Configure(options => (options.Health.OnGeneratorCollapsed, options.Health.MinimumUniqueness, options.Health.Patience,
                    options.Health.MaximumRollBacks) = (DivergenceAction.RollBack, 0.95, 1, 1))
                .Build();
            try
            {
                await trainer.TrainAsync(cancellationToken: Token);
            }
            catch (TrainingDivergedException error)
            {
                return $"{error.Message} {setup.Digest(trainer)}";
            }

            return setup.Digest(trainer);
        }

        using var undisturbed = new ResumeSetup();
        var copies = new List<string>();
        string copiesFolder = Path.Combine(Path.GetDirectoryName(undisturbed.Checkpoints)!, "copies");
        string expected = await TrainAsync(undisturbed, false, written =>
        {
            // The folder as a kill at this moment leaves it.
            string copy = Path.Combine(copiesFolder, $"{copies.Count}");
            copies.Add(copy);
            foreach (string file in Directory.EnumerateFiles(undisturbed.Checkpoints, "*.*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != ".lock"))
            {
                string target = Path.Combine(copy, Path.GetRelativePath(undisturbed.Checkpoints, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        });
        Assert.Contains("learning_rate_scale=0.5", expected, StringComparison.Ordinal);
        Assert.True(copies.Count > 6);
        string end = string.Concat(expected.Split('\n')[..22]);

        foreach (string copy in copies.Skip(2).Where((_, i) => i % 2 == 0))
        {
            using var setup = new ResumeSetup();
            Directory.Move(copy, setup.Checkpoints);
            Assert.Equal(end, string.Concat((await TrainAsync(setup, true)).Split('\n')[..22]));
        }
    }

    [Fact]
    public async Task RollBack_ThatNeverHelps_StopsWithTheDivergence()
    {
        using var setup = new ResumeSetup();
        int failures = 0;
        using SeqGanTrainer trainer = setup.Builder()
            .UseRewardEstimator(_ => new FailingRewards(new ConstantRewardEstimator(0.5f), _ => ++failures > 0))
            .UseCheckpoints(setup.Checkpoints)
            .Configure(options => (options.Health.OnNotFinite, options.Health.MaximumRollBacks) = (DivergenceAction.RollBack, 2))
            .Build();

        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Equal(("reward", 3), (error.Quantity, failures));
        Assert.NotEmpty(CheckpointInfo.List(setup.Checkpoints));
    }

    [Theory]
    [InlineData(DivergenceAction.Stop)]
    [InlineData(DivergenceAction.RollBack)]
    public async Task OnNotFinite_WeightsThatAreNot_AreFoundAtTheRoundsEndAndNeverSaved(DivergenceAction action)
    {
        using var setup = new ResumeSetup();
        int reports = 0;
        using SeqGanTrainer trainer = setup.Builder()
            .AddObserver(new ContextObserver((progress, context) =>
            {
                // Behind the generator's steps of the second round, among the discriminator's.
                if (progress.Phase != TrainingPhase.Adversarial || progress.Round != 2 || ++reports != 4)
                    return;
                var network = ((RecurrentGenerator)context.Generator).Network;
                NetworkWeights.Set(network.Weights[0].Value, Enumerable.Repeat(float.NaN, (int)network.Weights[0].Value.numel()).ToArray());
            }))
            .Configure(options => (options.Training.DiscriminatorPatience, options.Training.DiscriminatorRoundsPerRound) = (0, 1))
            .UseCheckpoints(setup.Checkpoints)
            .Configure(options => (options.Checkpoints.Interval, options.Checkpoints.KeepLatest) = (TimeSpan.FromTicks(1), 1000))
            .Configure(options => options.Health.OnNotFinite = action)
            .Build();

        if (action == DivergenceAction.Stop)
        {
            await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.TrainAsync(cancellationToken: Token));
            trainer.Dispose();
            using SeqGanTrainer resumed = setup.Builder().AddObserver(new ContextObserver((_, _) => { }))
                .ResumeFrom(setup.Checkpoints).Build();
            Assert.True(((ICheckpointable)resumed.Generator).IsFinite);
        }
        else
        {
            TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);
            Assert.Equal((3, 0.5), (result.Progress!.Round, result.Progress.LearningRateScale));
            Assert.True(((ICheckpointable)trainer.Generator).IsFinite);
        }
    }

    [Fact]
    public void RollBack_WithoutCheckpoints_IsRefused()
    {
        using var setup = new ResumeSetup();

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => setup.Builder().Configure(options => options.Health.OnNotFinite = DivergenceAction.RollBack).Build());

        Assert.Contains("CheckpointOptions.Directory", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Gives rewards that are not finite at some calls.</summary>
    private sealed class FailingRewards(IRewardEstimator rewards, Func<int, bool> fails) : IRewardEstimator
    {
        private int _calls;

        public async ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> destination, CancellationToken cancellationToken = default)
        {
            await rewards.EstimateAsync(sequences, request, destination, cancellationToken);

            // The trial before a training is none of its calls.
            if (request.Key.Purpose != RandomPurpose.Evaluation && fails(++_calls))
                destination.Span.Fill(float.NaN);
        }
    }
}
