using SeqGan.Tests.Checkpoints;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>A training that was interrupted and resumed gives bit for bit what one that was not gives.</summary>
public sealed class ResumeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResumeFrom_CancelledAtAnyStep_GivesWhatTheUndisturbedTrainingGives()
    {
        (string expected, long steps) = await UndisturbedAsync(null);

        for (long step = 0; step <= steps; step += step % 2 == 0 ? 3 : 4)
        {
            using var setup = new ResumeSetup();
            await CancelAsync(setup, step);
            using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
            await resumed.TrainAsync(cancellationToken: Token);
            Assert.True(expected == setup.Digest(resumed), $"Cancelled at step {step}: {FirstDifference(expected, setup.Digest(resumed))}");
        }
    }

    [Fact]
    public async Task ResumeFrom_CancelledAgainAndAgain_GivesWhatTheUndisturbedTrainingGives()
    {
        (string expected, long steps) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();

        for (long step = 3; step < steps; step += 13)
            await CancelAsync(setup, step);
        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        await resumed.TrainAsync(cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task ResumeFrom_EveryCheckpointOfARun_GivesWhatTheUndisturbedTrainingGives()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();
        var copies = new List<(string Path, int Reports)>();
        using (SeqGanTrainer trainer = setup.Builder()
            .UseCheckpoints(setup.Checkpoints)
            .Configure(options => (options.Checkpoints.EveryRounds, options.Checkpoints.KeepLatest, options.Checkpoints.Interval) =
                (1, 100, TimeSpan.FromTicks(1)))
            .Build())
        {
            await trainer.TrainAsync(cancellationToken: Token);
            Assert.Equal(expected, setup.Digest(trainer));
        }

        foreach (CheckpointInfo checkpoint in CheckpointInfo.List(setup.Checkpoints))
        {
            // As if the process had been killed right after it had been written.
            using var again = new ResumeSetup();
            Directory.CreateDirectory(again.Checkpoints);
            Directory.Move(checkpoint.Path, Path.Combine(again.Checkpoints, Path.GetFileName(checkpoint.Path)));
            again.Reports.AddRange(setup.Reports);
            using SeqGanTrainer resumed = again.Builder().ResumeFrom(again.Checkpoints).Build();
            await resumed.TrainAsync(cancellationToken: Token);
            Assert.True(expected == again.Digest(resumed), $"{checkpoint}: {FirstDifference(expected, again.Digest(resumed))}");
        }
    }

    [Fact]
    public async Task ResumeFrom_PhasesInCallsOfTheirOwn_PassesOverThoseBehindTheCheckpoint()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();
        await CancelAsync(setup, 30);

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        TrainingResult first = await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        await resumed.TrainAsync(TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial, cancellationToken: Token);

        Assert.Equal(0, first.Steps);
        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task ResumeFrom_TrainingThatHadEnded_HasNothingToDoUnlessRoundsAreAdded()
    {
        using var setup = new ResumeSetup();
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
            await trainer.TrainAsync(cancellationToken: Token);

        using (SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build())
            Assert.Equal(0, (await resumed.TrainAsync(cancellationToken: Token)).Steps);

        using SeqGanTrainer longer = setup.Builder().ResumeFrom(setup.Checkpoints)
            .Configure(options => options.Training.AdversarialRounds = 4).Build();
        TrainingResult result = await longer.TrainAsync(cancellationToken: Token);
        Assert.Equal((4, TrainingPhase.Adversarial), (result.Progress!.Round, result.Progress.Phase));
        Assert.True(result.Steps > 2);
    }

    [Fact]
    public async Task ResumeFrom_EndOfAPhaseThatStoppedEarly_GoesOnFromItsBest()
    {
        // A loss that falls is no improvement: the phase stops, and goes back to its first epoch.
        static void StopAtOnce(SeqGanBuilder builder) => builder.Configure(options =>
            options.Training.EarlyStopping = [new EarlyStoppingOptions { Metric = "generator_loss", HigherIsBetter = true, Patience = 1 }]);
        (string expected, _) = await UndisturbedAsync(StopAtOnce);
        using var setup = new ResumeSetup { Configure = StopAtOnce };
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
            Assert.Equal(2, (await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token)).Progress!.Round);

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        await resumed.TrainAsync(cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task ResumeFrom_BetweenTheBestAndThePhasesEnd_ReturnsToTheBest()
    {
        // A loss that falls is no improvement: the phase returns to its first epoch when its rounds are over.
        static void NeverImprove(SeqGanBuilder builder) => builder.Configure(options =>
            options.Training.EarlyStopping = [new EarlyStoppingOptions { Metric = "generator_loss", HigherIsBetter = true, Patience = 9 }]);
        (string expected, _) = await UndisturbedAsync(NeverImprove);
        using var setup = new ResumeSetup { Configure = NeverImprove };
        using var stop = new CancellationTokenSource();
        SeqGanBuilder builder = setup.Builder(progress =>
        {
            if (progress is { Phase: TrainingPhase.GeneratorPretraining, Round: 2, EndOfRound: false })
                stop.Cancel();
        });
        using (SeqGanTrainer trainer = builder.UseCheckpoints(setup.Checkpoints).Build())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: stop.Token));

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        await resumed.TrainAsync(cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task TrainAsync_CancelledInAReport_TakesBackWhatObserversLearnedFromIt()
    {
        using var setup = new ResumeSetup();
        var counter = new CountingObserver();
        using var stop = new CancellationTokenSource();
        using SeqGanTrainer trainer = setup.Builder().AddObserver(counter).AddObserver(_ =>
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }).Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: stop.Token));

        Assert.Equal((1, 0), (counter.Calls, counter.Count));
    }

    [Fact]
    public async Task ResumeFrom_StoppedBetweenTwoCalls_DoesNotTrainThePhasesOfTheFirstAgain()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
        {
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
            await trainer.SaveCheckpointAsync(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial,
                    cancellationToken: new CancellationToken(canceled: true)));
        }

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        TrainingResult first = await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        await resumed.TrainAsync(TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial, cancellationToken: Token);

        Assert.Equal(0, first.Steps);
        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task TrainAsync_AfterCancellation_GoesOnInTheSameTrainer()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();
        using var cancel = new CancellationTokenSource();
        using SeqGanTrainer trainer = setup.Builder(progress =>
        {
            if (progress.Step is 7 or 21 or 36)
                cancel.Cancel();
        }).Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: cancel.Token));
        await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(trainer));
    }

    [Fact]
    public async Task ResumeFrom_FolderWithoutCheckpoints_BeginsAnew()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();

        using SeqGanTrainer trainer = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(trainer));
        Assert.NotEmpty(CheckpointInfo.List(setup.Checkpoints));
    }

    [Fact]
    public async Task ResumeFrom_OtherSizesSeedOrCorpus_NamesBothValues()
    {
        using var setup = new ResumeSetup();
        await CancelAsync(setup, 5);

        var sizes = CheckpointFailures.Mismatch(() => setup.Builder().ResumeFrom(setup.Checkpoints)
            .Configure(options => options.Generator.HiddenSize = 9).UseSeed(6).Build());
        var corpus = CheckpointFailures.Mismatch(() => setup.Builder().ResumeFrom(setup.Checkpoints)
            .UseCorpus(Corpus.FromLines(Enumerable.Range(0, 60).Select(i => $"x{i}"), new CorpusOptions { MaxLength = 8 })).Build());

        Assert.Contains("Generator.HiddenSize was 8 and is 9 now", sizes.Message, StringComparison.Ordinal);
        Assert.Contains("Seed was 5 and is 6 now", sizes.Message, StringComparison.Ordinal);
        Assert.Contains("the corpus's Vocabulary was '", corpus.Message, StringComparison.Ordinal);

        // Neither has taken the folder with it.
        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
    }

    [Fact]
    public async Task UseCheckpoints_FolderOfAnotherTraining_IsRefused()
    {
        using var setup = new ResumeSetup();
        await CancelAsync(setup, 5);

        var error = Assert.Throws<CheckpointException>(() => setup.Builder().UseCheckpoints(setup.Checkpoints).Build());

        Assert.Contains("holds checkpoints of another training, the newest at step 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResumeFrom_CancelledWithinAnEstimationOrAReport_GivesWhatTheUndisturbedTrainingGives()
    {
        string expected;
        using (var setup = new ResumeSetup())
        {
            using SeqGanTrainer trainer = setup.Builder().AddReward(new Curiosity(_ => { }), 0.5)
                .AddObserver(new Counter(_ => { })).Build();
            await trainer.TrainAsync(cancellationToken: Token);
            expected = setup.Digest(trainer);
        }

        foreach (bool inReport in new[] { false, true })
        {
            foreach (bool inTheSameTrainer in new[] { false, true })
            {
                using var setup = new ResumeSetup();
                using var cancel = new CancellationTokenSource();
                Action<int> cancelAt = call =>
                {
                    if (call == 3)
                        cancel.Cancel();
                };
                SeqGanTrainer trainer = setup.Builder()
                    .AddReward(new Curiosity(inReport ? _ => { } : cancelAt), 0.5)
                    .AddObserver(new Counter(inReport ? cancelAt : _ => { }))
                    .ResumeFrom(setup.Checkpoints).Build();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: cancel.Token));
                if (!inTheSameTrainer)
                {
                    trainer.Dispose();
                    trainer = setup.Builder().AddReward(new Curiosity(_ => { }), 0.5).AddObserver(new Counter(_ => { }))
                        .ResumeFrom(setup.Checkpoints).Build();
                }

                await trainer.TrainAsync(cancellationToken: Token);
                Assert.True(expected == setup.Digest(trainer),
                    $"{inReport} {inTheSameTrainer}: {FirstDifference(expected, setup.Digest(trainer))}");
                trainer.Dispose();
            }
        }
    }

    [Fact]
    public async Task ResumeFrom_CheckpointOfTheBeginning_LeavesTheNextTrainingsWhatTheyAre()
    {
        using var setup = new ResumeSetup();
        long expected, resumedSteps;
        using (SeqGanTrainer trainer = setup.Builder().Build())
            expected = (await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token)).Steps;
        await CancelAsync(setup, 0);

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        resumedSteps = (await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token)).Steps;
        TrainingResult again = await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.Equal((expected, true), (resumedSteps, again.Steps > 0));
    }

    [Fact]
    public async Task TrainAsync_ResumedInCallsAndCancelledAgain_GoesOnWhereItStopped()
    {
        (string expected, _) = await UndisturbedAsync(null);
        using var setup = new ResumeSetup();
        await CancelAsync(setup, 30);
        using var cancel = new CancellationTokenSource();
        using SeqGanTrainer resumed = setup.Builder(progress =>
        {
            if (progress.Step >= 34)
                cancel.Cancel();
        }).ResumeFrom(setup.Checkpoints).Build();

        await resumed.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancel.Token);
        const TrainingPhase Rest = TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resumed.TrainAsync(Rest, cancellationToken: cancel.Token));
        await resumed.TrainAsync(Rest, cancellationToken: Token);

        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task SaveCheckpointAsync_BesideOtherCalls_MakesNobodyBusy()
    {
        using var setup = new ResumeSetup();
        using SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build();
        using var stop = new CancellationTokenSource();
        Task saving = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await trainer.SaveCheckpointAsync(Token);
            }, Token);

        for (int i = 0; i < 30; i++)
            Assert.Equal(2, trainer.Generate(2).Count);
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        await stop.CancelAsync();
        await saving;

        Assert.NotNull(trainer.LatestCheckpoint);
    }

    [Fact]
    public async Task ResumeFrom_HeaderAndMetrics_StayWithTheCheckpoint()
    {
        using var setup = new ResumeSetup();
        await CancelAsync(setup, 30);
        int before = CheckpointInfo.List(setup.Checkpoints)[0].Metrics.Count;

        using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
        CheckpointInfo saved = await resumed.SaveCheckpointAsync(Token);

        Assert.True(before > 0);
        Assert.Equal(before, saved.Metrics.Count);
    }

    [Fact]
    public async Task UseCheckpoints_ListenerThatDisposes_CancelsTheTraining()
    {
        using var setup = new ResumeSetup();
        Exception? error = null;
        SeqGanTrainer? trainer = null;
        trainer = setup.Builder().UseCheckpoints(setup.Checkpoints, _ => error ??= Record.Exception(() => trainer!.Dispose()))
            .Configure(options =>
            {
                options.Training.GeneratorPretrainingEpochs = 1_000_000;
                options.Training.EarlyStopping.Clear(); // Or the training ends before the listener has a thread on a busy machine.
            })
            .Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token))
                .WaitAsync(TimeSpan.FromMinutes(2), Token);

        Assert.Null(error);
    }

    [Fact]
    public async Task UseCheckpoints_SlowListener_SeesEveryCheckpointInOrderBeforeTheTrainingEnds()
    {
        using var setup = new ResumeSetup();
        var steps = new List<long>();
        int running = 0;
        using SeqGanTrainer trainer = setup.Builder().UseCheckpoints(
            setup.Checkpoints,
            checkpoint =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                Thread.Sleep(20);
                steps.Add(checkpoint.Step);
                Interlocked.Decrement(ref running);
                throw new InvalidOperationException("The listener's own affair.");
            }).Configure(options => options.Checkpoints.EveryRounds = 1).Build();

        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.True(steps.Count > 3);
        Assert.Equal(steps.Order(), steps);
        Assert.Equal((trainer.LatestCheckpoint!.Step, 0), (steps[^1], running));
    }

    [Fact]
    public async Task SaveCheckpointAsync_ManyAtOnceWhileTraining_AllGetOne()
    {
        using var setup = new ResumeSetup();
        Task<CheckpointInfo>[] saves = [];
        SeqGanTrainer? trainer = null;
        trainer = setup.Builder(progress =>
        {
            if (progress.Step == 5 && saves.Length == 0)
                saves = [.. Enumerable.Range(0, 4).Select(_ => trainer!.SaveCheckpointAsync(Token))];
        }).UseCheckpoints(setup.Checkpoints).Configure(options => options.Checkpoints.KeepLatest = 100).Build();
        using (trainer)
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        CheckpointInfo[] written = await Task.WhenAll(saves);

        Assert.Equal([6, 6, 6, 6], written.Select(checkpoint => checkpoint.Step));
        Assert.All(written, checkpoint => CheckpointInfo.Verify(checkpoint.Path));
    }

    [Fact]
    public async Task SaveCheckpointAsync_CancelledWhileItWaits_LeavesTheTrainingAlone()
    {
        using var setup = new ResumeSetup();
        using var cancel = new CancellationTokenSource();
        Task<CheckpointInfo>? save = null;
        SeqGanTrainer? trainer = null;
        trainer = setup.Builder(progress =>
        {
            if (progress.Step != 5 || save is not null)
                return;
            save = trainer!.SaveCheckpointAsync(cancel.Token);
            cancel.Cancel();
        }).UseCheckpoints(setup.Checkpoints).Build();
        using (trainer)
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => save!);
    }

    [Fact]
    public async Task SaveCheckpointAsync_IdleOrTraining_WritesOne()
    {
        using var setup = new ResumeSetup();
        var written = new List<CheckpointInfo>();
        Task<CheckpointInfo>? asked = null;
        SeqGanTrainer? trainer = null;
        trainer = setup.Builder(progress =>
        {
            if (progress.Step == 12)
                asked ??= trainer!.SaveCheckpointAsync(Token);
        }).UseCheckpoints(setup.Checkpoints, written.Add).Configure(options => options.Checkpoints.KeepLatest = 100).Build();
        using (trainer)
        {
            CheckpointInfo idle = await trainer.SaveCheckpointAsync(Token);
            await trainer.TrainAsync(cancellationToken: Token);
            CheckpointInfo during = await asked!;

            Assert.Equal((0, 12), (idle.Step, during.Step));
            Assert.Equal(trainer.LatestCheckpoint, written[^1]);
            Assert.Equal(during.Step, CheckpointInfo.Verify(during.Path).Step);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => trainer.SaveCheckpointAsync(Token));
    }

    [Fact]
    public async Task SaveCheckpointAsync_WithoutAFolder_SaysWhatToDo()
    {
        using var setup = new ResumeSetup();
        using SeqGanTrainer trainer = setup.Builder().Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => trainer.SaveCheckpointAsync(Token));

        Assert.Contains("CheckpointOptions.Directory", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Rewards first tokens that it has seen seldom.</summary>
    private sealed class Curiosity(Action<int> called) : ISequenceScorer, ICheckpointable
    {
        private readonly long[] _seen = new long[100];
        private int _calls;

        public string Name => "curiosity";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = 1f / ++_seen[sequences[row][0]];
            called(++_calls);
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }

        public void SaveState(Stream destination) => destination.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(_seen));

        public void RestoreState(Stream source, int version) =>
            source.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_seen.AsSpan()));
    }

    /// <summary>Counts ends of rounds.</summary>
    private sealed class Counter(Action<int> called) : ITrainingObserver, ICheckpointable
    {
        private int _calls;
        private byte _rounds;

        public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
        {
            context.Report("counted", ++_rounds);
            called(++_calls);
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }

        public void SaveState(Stream destination) => destination.WriteByte(_rounds);

        public void RestoreState(Stream source, int version) => _rounds = (byte)source.ReadByte();
    }

    [Fact]
    public async Task ResumeFrom_WithEverythingThatKeepsNearTheData_GivesWhatTheUndisturbedTrainingGives()
    {
        static void KeepNear(SeqGanBuilder builder) => builder
            .Configure(options =>
            {
                (options.PolicyGradient.KlCoefficient, options.PolicyGradient.KlTarget, options.PolicyGradient.EntropyBonus) =
                    (0.1, 0.001, 0.01);
                (options.PolicyGradient.Passes, options.PolicyGradient.ClipRange) = (3, 0.001);
            })
            .Configure(options => options.Generator.PolicyGradientLearningRate = 0.01)
            .Configure(options => options.Training.ScheduledSampling = ScheduledSampling.InverseSigmoid);
        (string expected, long steps) = await UndisturbedAsync(KeepNear);
        Assert.Contains("clipped_share=0.", expected, StringComparison.Ordinal);

        for (long step = 2; step <= steps; step += 17)
        {
            using var setup = new ResumeSetup { Configure = KeepNear };
            await CancelAsync(setup, step);
            using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
            await resumed.TrainAsync(cancellationToken: Token);
            Assert.True(expected == setup.Digest(resumed), $"Cancelled at step {step}: {FirstDifference(expected, setup.Digest(resumed))}");
        }
    }

    [Fact]
    public async Task ResumeFrom_PenaltySwitchedOnWithinThePhase_StaysNearWhatTheCheckpointHas()
    {
        using var setup = new ResumeSetup();
        (_, long steps) = await UndisturbedAsync(null);
        await CancelAsync(setup, steps - 20);
        var kls = new List<double>();

        using SeqGanTrainer resumed = setup.Builder(progress => kls.Add(progress.Kl ?? double.NaN))
            .ResumeFrom(setup.Checkpoints).Configure(options => options.PolicyGradient.KlCoefficient = 0.1).Build();
        await resumed.TrainAsync(cancellationToken: Token);

        Assert.Equal(0, kls.First(kl => !double.IsNaN(kl)), 6);
    }

    private static async Task<(string Digest, long Steps)> UndisturbedAsync(Action<SeqGanBuilder>? configure)
    {
        using var setup = new ResumeSetup { Configure = configure };
        using SeqGanTrainer trainer = setup.Builder().Build();
        TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);
        return (setup.Digest(trainer), result.Steps);
    }

    private static async Task CancelAsync(ResumeSetup setup, long step)
    {
        using var cancel = new CancellationTokenSource();
        if (step == 0)
            cancel.Cancel();
        using SeqGanTrainer trainer = setup.Builder(progress =>
        {
            if (progress.Step >= step)
                cancel.Cancel();
        }).ResumeFrom(setup.Checkpoints).Build();
        try
        {
            await trainer.TrainAsync(cancellationToken: cancel.Token);
        }
        catch (OperationCanceledException)
        {
            // Unless the last step was its last.
        }
    }

    private static string FirstDifference(string expected, string actual) =>
        expected.Split('\n').Zip(actual.Split('\n')).Where(pair => pair.First != pair.Second)
            .Select(pair => $"{pair.First} | {pair.Second}").FirstOrDefault("length");

    /// <summary>Counts rounds; its count is its state, its calls are not.</summary>
    private sealed class CountingObserver : ITrainingObserver, ICheckpointable
    {
        public int Calls { get; private set; }

        public byte Count { get; private set; }

        public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
        {
            Calls++;
            Count++;
            return ValueTask.CompletedTask;
        }

        public void SaveState(Stream destination) => destination.WriteByte(Count);

        public void RestoreState(Stream source, int version) => Count = (byte)source.ReadByte();
    }
}
