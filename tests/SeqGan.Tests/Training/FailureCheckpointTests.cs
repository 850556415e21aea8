using SeqGan.Tests.Checkpoints;
using SeqGan.Tests.Rewards;

namespace SeqGan.Tests.Training;

/// <summary>A training that fails keeps what it learned; one that has ended leaves its checkpoints alone.</summary>
public sealed class FailureCheckpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task TrainAsync_ScorerThatFails_WritesACheckpointThatResumesExactly(int failingCall)
    {
        string expected;
        using (var undisturbed = new ResumeSetup())
        {
            using SeqGanTrainer trainer = undisturbed.Builder().AddReward(Scorer(0)).Build();
            await trainer.TrainAsync(cancellationToken: Token);
            expected = undisturbed.Digest(trainer);
        }

        using var setup = new ResumeSetup();
        long step;
        using (SeqGanTrainer failing = setup.Builder().AddReward(Scorer(failingCall)).ResumeFrom(setup.Checkpoints).Build())
        {
            var error = await Assert.ThrowsAsync<ScorerException>(() => failing.TrainAsync(cancellationToken: Token));
            Assert.Contains("The service is down.", error.Message, StringComparison.Ordinal);
            step = failing.LatestCheckpoint!.Step;
        }

        Assert.Equal(step, CheckpointInfo.List(setup.Checkpoints)[0].Step);
        using SeqGanTrainer resumed = setup.Builder().AddReward(Scorer(0)).ResumeFrom(setup.Checkpoints).Build();
        await resumed.TrainAsync(cancellationToken: Token);
        Assert.Equal(expected, setup.Digest(resumed));
    }

    [Fact]
    public async Task TrainAsync_ScorerThatFailsInRoundThree_LosesNoRound()
    {
        using var setup = new ResumeSetup();
        int round = 0;
        var scorer = new StubScorer("service", (_, scores, _) =>
        {
            scores.Span.Fill(0.5f);
            if (round == 2)
                throw new HttpRequestException("The service is down.");
        });
        using (SeqGanTrainer failing = Builder().ResumeFrom(setup.Checkpoints).Build())
            await Assert.ThrowsAsync<ScorerException>(() => failing.TrainAsync(cancellationToken: Token));

        CheckpointInfo newest = CheckpointInfo.List(setup.Checkpoints)[0];
        Assert.Equal((nameof(TrainingPhase.Adversarial), 2), (newest.Phase, newest.Round));

        SeqGanBuilder Builder() => setup.Builder().AddReward(scorer).AddObserver(progress =>
            round = progress.Phase == TrainingPhase.Adversarial ? progress.Round : 0);
    }

    [Fact]
    public async Task TrainAsync_FailsAgainAndAgainAtTheSameStep_WritesOneCheckpoint()
    {
        using var setup = new ResumeSetup();
        for (int start = 0; start < 4; start++)
        {
            using SeqGanTrainer failing = setup.Builder().AddReward(Scorer(start == 0 ? 3 : 2)).ResumeFrom(setup.Checkpoints).Build();
            await Assert.ThrowsAsync<ScorerException>(() => failing.TrainAsync(cancellationToken: Token));
        }

        CheckpointInfo[] written = [.. CheckpointInfo.List(setup.Checkpoints)];
        Assert.Equal(written.Length, written.Select(checkpoint => checkpoint.Step).Distinct().Count());
    }

    [Fact]
    public async Task TrainAsync_ObserverThatFails_WritesACheckpointToo()
    {
        using var setup = new ResumeSetup();
        using SeqGanTrainer failing = setup.Builder(progress =>
        {
            if (progress is { Phase: TrainingPhase.GeneratorPretraining, Round: 2, EndOfRound: true })
                throw new IOException("No room.");
        }).UseCheckpoints(setup.Checkpoints).Build();

        await Assert.ThrowsAsync<IOException>(() => failing.TrainAsync(cancellationToken: Token));

        CheckpointInfo newest = CheckpointInfo.List(setup.Checkpoints)[0];
        Assert.Equal((nameof(TrainingPhase.GeneratorPretraining), 1), (newest.Phase, newest.Round));
        Assert.True(newest.Step > 6);
    }

    [Fact]
    public async Task TrainAsync_FinishedTrainingRunAgain_WritesNoCheckpointAndEvictsNone()
    {
        using var setup = new ResumeSetup();
        using (SeqGanTrainer trainer = setup.Builder().ResumeFrom(setup.Checkpoints).Build())
            await trainer.TrainAsync(cancellationToken: Token);
        string[] before = [.. CheckpointInfo.List(setup.Checkpoints).Select(checkpoint => checkpoint.Path)];

        for (int start = 0; start < 4; start++)
        {
            using SeqGanTrainer again = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
            Assert.Equal(0, (await again.TrainAsync(cancellationToken: Token)).Steps);
            Assert.Null(again.LatestCheckpoint);
        }

        Assert.Equal(before, CheckpointInfo.List(setup.Checkpoints).Select(checkpoint => checkpoint.Path));
    }

    [Fact]
    public async Task TrainAsync_FinishedTrainingInAnotherFolder_IsWrittenThereOnce()
    {
        using var setup = new ResumeSetup();
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
            await trainer.TrainAsync(cancellationToken: Token);

        using SeqGanTrainer moved = setup.Builder().ResumeFrom(setup.Checkpoints).UseCheckpoints(setup.Checkpoints + "-2").Build();
        await moved.TrainAsync(cancellationToken: Token);

        Assert.Single(CheckpointInfo.List(setup.Checkpoints + "-2"));
    }

    // Call 1 tries it before the training.
    private static StubScorer Scorer(int failingCall)
    {
        int calls = 0;
        return new StubScorer("service", (sequences, scores, _) =>
        {
            if (++calls == failingCall)
                throw new HttpRequestException("The service is down.");
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = Batches.Score(sequences[row]);
        });
    }
}
