namespace SeqGan.Tests.Rewards;

public class TimeLimitedScorerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50), Late = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task ScoreAsync_InTime_PassesScoresOn() =>
        Batches.AssertEqual([6, 2, 4],
            await new TimeLimitedScorer(new DelegateScorer("length", s => s.Length), Late).ScoreAsync(Batches.Ragged));

    [Fact]
    public async Task ScoreAsync_BlocksForever_FailsAndNamesScorerAndLimit()
    {
        using var release = new ManualResetEventSlim();
        var limited = new TimeLimitedScorer(
            new StubScorer("stuck", (_, scores, _) =>
            {
                release.Wait(Late, CancellationToken.None);
                scores.Span.Fill(7);
            }),
            Soon);
        float[] scores = [1, 1, 1];

        var error = await Assert.ThrowsAsync<ScorerException>(
            () => limited.ScoreAsync(Batches.Ragged, scores, TestContext.Current.CancellationToken).AsTask());
        var again = await Assert.ThrowsAsync<ScorerException>(() => limited.ScoreAsync(Batches.Ragged));

        Assert.Equal("stuck", error.ScorerName);
        Assert.Contains("'stuck' took longer than its limit of 00:00:00.0500000 for 3 sequences", error.Message, StringComparison.Ordinal);
        Assert.Contains("still works on an earlier batch", again.Message, StringComparison.Ordinal);
        release.Set();
        while (true)
        {
            try
            {
                Batches.AssertEqual([7, 7, 7], await limited.ScoreAsync(Batches.Ragged));
                break;
            }
            catch (ScorerException)
            {
                // A busy machine has not finished the earlier batch yet, or needs longer than the limit for this one.
            }
        }

        Assert.Equal([1, 1, 1], scores);
    }

    [Fact]
    public async Task ScoreAsync_HeedsItsToken_IsCancelledAtTheLimit()
    {
        var cancelled = new TaskCompletionSource();
        var limited = new TimeLimitedScorer(new AsyncScorer(async token =>
        {
            await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
            await Task.Delay(Late, token);
        }), Soon);

        await Assert.ThrowsAsync<ScorerException>(() => limited.ScoreAsync(Batches.Ragged));

        await cancelled.Task.WaitAsync(Late, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ScoreAsync_Cancelled_DoesNotWait()
    {
        using var release = new ManualResetEventSlim();
        var limited = new TimeLimitedScorer(new StubScorer("stuck", (_, _, _) => release.Wait(Late, CancellationToken.None)), Late);
        using var stop = new CancellationTokenSource(Soon);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => limited.ScoreAsync(Batches.Ragged, new float[3], stop.Token).AsTask());
        release.Set();
    }

    [Fact]
    public async Task ScoreAsync_ScorerFails_IsItsFailure()
    {
        var limited = new TimeLimitedScorer(new StubScorer("broken", (_, _, _) => throw new TimeoutException("no answer")), Late);

        var error = await Assert.ThrowsAsync<ScorerException>(() => limited.ScoreAsync(Batches.Ragged));

        Assert.Equal("Scorer 'broken' failed on 3 sequences: no answer", error.Message);
    }

    [Fact]
    public async Task Train_ScorerThatBlocks_FailsAndCanGoOn()
    {
        using var release = new ManualResetEventSlim();
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .AddReward(new TimeLimitedScorer(
                new StubScorer("stuck", (_, scores, _) =>
                {
                    release.Wait(Late, CancellationToken.None);
                    scores.Span.Fill(1);
                }),
                TimeSpan.FromSeconds(1)))
            .Build();

        Assert.Equal(
            "stuck", (await Assert.ThrowsAsync<ScorerException>(() =>
                trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken))).ScorerName);
        Assert.False(release.IsSet);
        release.Set();

        TrainingResult? result = null;
        while (result is null)
        {
            // Again on a machine so busy that a batch takes longer than the limit.
            Exception? error = await Record.ExceptionAsync(
                async () => result = await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken));
            Assert.True(error is null or ScorerException, error?.ToString());
        }

        Assert.Equal((TrainingPhase.Adversarial, 3), (result.Progress!.Phase, result.Progress.Round));
    }

    [Fact]
    public async Task Train_LimitAroundAllRewards_ReportsEachComponent()
    {
        List<TrainingProgress> reports = [];
        using SeqGanTrainer trainer = TinyTraining.Builder().AddReward(Scorers.Length(3, 3))
            .DecorateRewards(scorer => new TimeLimitedScorer(scorer, TimeSpan.FromMinutes(5))).AddObserver(reports.Add).Build();

        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("reward_length_mean", reports[^1].Metrics.Keys);
    }

    private sealed class AsyncScorer(Func<CancellationToken, Task> score) : ISequenceScorer
    {
        public string Name => "remote";

        public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
            await score(cancellationToken);
    }
}
