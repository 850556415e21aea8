namespace SeqGan.Tests.Rewards;

public class FailureSkippingScorerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScoreAsync_CallsThatFail_GiveNaNAndAreCounted()
    {
        int calls = 0;
        ISequenceScorer scorer = new StubScorer("remote", (sequences, scores, _) =>
        {
            scores.Span.Fill(++calls);
            if (calls is 2 or 3)
                throw new HttpRequestException($"No answer to call {calls}.");
        }).SkippingFailures();

        Batches.AssertEqual([1, 1, 1], await scorer.ScoreAsync(Batches.Ragged));
        Batches.AssertEqual([float.NaN, float.NaN, float.NaN], await scorer.ScoreAsync(Batches.Ragged));
        Batches.AssertEqual([float.NaN, float.NaN, float.NaN], await scorer.ScoreAsync(Batches.Ragged));
        Batches.AssertEqual([4, 4, 4], await scorer.ScoreAsync(Batches.Ragged));

        ScoreTally tally = ((IScoreTally)scorer).Tallies.Aggregate((one, other) => one.Plus(other));
        Assert.Equal(
            new ScoreTally("remote", 12, 6, 2, "Scorer 'remote' failed on 3 sequences: No answer to call 3."), tally);
    }

    [Fact]
    public async Task ScoreAsync_TooManyFailuresInARow_Fails()
    {
        int calls = 0;
        ISequenceScorer scorer = new StubScorer("remote", (_, scores, _) =>
        {
            scores.Span.Fill(1);
            if (++calls != 2)
                throw new HttpRequestException("No answer.");
        }).SkippingFailures(mostInARow: 2);

        for (int call = 1; call <= 4; call++)
            await scorer.ScoreAsync(Batches.Ragged);
        var error = await Assert.ThrowsAsync<ScorerException>(() => scorer.ScoreAsync(Batches.Ragged));

        Assert.Equal("remote", error.ScorerName);
        Assert.Equal(
            "Scorer 'remote' failed on 3 sequences: No answer. That was the failure number 3 in a row; 2 are skipped.", error.Message);
    }

    [Fact]
    public async Task ScoreAsync_TimeLimit_IsAFailureThatIsSkipped()
    {
        using var release = new ManualResetEventSlim();
        ISequenceScorer scorer = new StubScorer("stuck", (_, _, token) => release.Wait(token))
            .WithTimeLimit(TimeSpan.FromMilliseconds(20)).SkippingFailures();

        Batches.AssertEqual([float.NaN, float.NaN, float.NaN], await scorer.ScoreAsync(Batches.Ragged));
    }

    [Fact]
    public async Task ScoreAsync_Cancelled_IsNoFailure()
    {
        using var cancel = new CancellationTokenSource();
        ISequenceScorer scorer = new StubScorer("remote", (_, _, token) =>
        {
            cancel.Cancel();
            token.ThrowIfCancellationRequested();
        }).SkippingFailures();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scorer.ScoreAsync(Batches.Ragged, new float[3], cancel.Token).AsTask());
        Assert.Equal(0, ((IScoreTally)scorer).Tallies.Sum(tally => tally.Failures));
    }

    [Fact]
    public async Task Cached_OfOneThatSkips_IsRefusedAndTheOtherWayRoundRemembersNoFailure()
    {
        bool fails = true;
        var remote = new StubScorer("remote", (_, scores, _) =>
        {
            scores.Span.Fill(1);
            if (fails)
                throw new HttpRequestException("No answer.");
        });

        Assert.Throws<ArgumentException>(() => remote.SkippingFailures().Cached());
        ISequenceScorer scorer = remote.Cached().SkippingFailures();
        Batches.AssertEqual([float.NaN, float.NaN, float.NaN], await scorer.ScoreAsync(Batches.Ragged));
        fails = false;
        Batches.AssertEqual([1, 1, 1], await scorer.ScoreAsync(Batches.Ragged));
    }

    [Fact]
    public void SkippingFailures_LimitOutOfRange_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DelegateScorer("rule", _ => 1).SkippingFailures(0));

    [Fact]
    public async Task TrainAsync_ScorerThatFailsNowAndThen_GoesOnAndWarns()
    {
        using var log = new Checkpoints.RecordingFactory();
        int calls = 0;
        var remote = new StubScorer("remote", (_, scores, _) =>
        {
            scores.Span.Fill(0.5f);
            if (++calls is 3 or 5)
                throw new HttpRequestException("No answer.");
        });
        var progress = new Training.ProgressList();
        using SeqGanTrainer trainer = TinyTraining.Builder().AddReward(remote.SkippingFailures()).UseLoggerFactory(log).Build();

        await trainer.TrainAsync(progress, Token);

        // Call 1 tries the scorer; then each round has a call for the completions and one for the sequences.
        TrainingProgress[] rounds =
            [.. progress.Reports.Where(report => report is { EndOfRound: true, Phase: TrainingPhase.Adversarial })];
        Assert.Equal((3, 8L), (rounds.Length, rounds[0].ScoresNotApplicable));
        Assert.True(rounds[1].ScoresNotApplicable > 0);
        Assert.Equal(0, rounds[2].ScoresNotApplicable);
        Assert.Equal(
            ["Warning Adversarial 1: scorer 'remote' failed 1 times; the scores of these calls were left out. The last failure: Scorer "
                + "'remote' failed on 8 sequences: No answer."],
            log.Logger.Messages.Where(message => message.StartsWith("Warning Adversarial 1", StringComparison.Ordinal)));
    }
}
