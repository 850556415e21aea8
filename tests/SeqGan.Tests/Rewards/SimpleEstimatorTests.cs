using Xunit;

namespace SeqGan.Tests.Rewards;

/// <summary>The estimators without rollouts, and the delegate scorer that feeds them.</summary>
public class SimpleEstimatorTests
{
    [Fact]
    public async Task SequenceReward_GivesEveryTokenItsSequencesScoreAndPaddingNone()
    {
        var estimator = new SequenceRewardEstimator(new DelegateScorer("length", s => s.Length));

        float[] rewards = await estimator.EstimateAsync(Batches.Ragged);

        Assert.Equal([6, 6, 6, 6, 6, 6, 2, 2, 0, 0, 0, 0, 4, 4, 4, 4, 0, 0], rewards);
    }

    [Fact]
    public async Task SequenceReward_WhereTheScorerDoesNotApply_IsZeroAndCounted()
    {
        var estimator = new SequenceRewardEstimator(new DelegateScorer("short only", s => s.Length < 5 ? 1 : float.NaN));

        float[] rewards = await estimator.EstimateAsync(Batches.Ragged);

        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0], rewards);
        ScoreTally tally = ((IScoreTally)estimator).Tallies.Single();
        Assert.Equal(("short only", 1), (tally.Name, tally.NotApplicable));
    }

    [Fact]
    public async Task ConstantReward_GivesEveryTokenTheConstantAndPaddingNone()
    {
        float[] rewards = await new ConstantRewardEstimator().EstimateAsync(Batches.Ragged.Slice(1, 1));

        Assert.Equal([0.5f, 0.5f, 0, 0, 0, 0], rewards);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ConstantReward_ThatIsNotFinite_Throws(float reward) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantRewardEstimator(reward));

    [Fact]
    public async Task DelegateScorer_OverText_ScoresTheDecodedSequences()
    {
        var scorer = Scorers.FromText("text", text => text.Length, s => string.Join('-', s.ToArray()));

        float[] scores = await scorer.ScoreAsync(Batches.Ragged);

        Assert.Equal([11, 3, 7], scores);
    }

    [Fact]
    public async Task DelegateScorer_WhenCancelled_Throws()
    {
        var scorer = new DelegateScorer("rule", s => Batches.Score(s));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scorer.ScoreAsync(Batches.Ragged, new float[3], new CancellationToken(canceled: true)).AsTask());
    }
}
