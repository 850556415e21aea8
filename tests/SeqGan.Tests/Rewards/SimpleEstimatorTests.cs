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

    private static SequenceRewardEstimator MaliGan(IDiscriminator discriminator) => new(discriminator, MaliGanWeights.Apply);

    [Fact]
    public async Task MaliGanReward_IsTheOddsOverTheirMean()
    {
        // Their lengths are 6, 2 and 4; the odds are 1, 3 and 0.25.
        var discriminator = new DelegateDiscriminator("fixed", s => s.Length == 6 ? 0.5 : s.Length == 2 ? 0.75 : 0.2);

        float[] rewards = await MaliGan(discriminator).EstimateAsync(Batches.Ragged);

        const double Mean = 4.25 / 3;
        Assert.Equal(1 / Mean, rewards[0], 1e-6);
        Assert.Equal(1 / Mean, rewards[5], 1e-6);
        Assert.Equal(3 / Mean, rewards[6], 1e-6);
        Assert.Equal([0, 0, 0, 0], rewards[8..12]);
        Assert.Equal(0.25 / Mean, rewards[12], 1e-6);
    }

    [Fact]
    public async Task MaliGanReward_OfADiscriminatorThatIsSure_IsFinite()
    {
        var sure = new DelegateDiscriminator("sure", s => s.Length == 2 ? 0 : 1);
        var none = new DelegateDiscriminator("none", _ => 0);

        float[] rewards = await MaliGan(sure).EstimateAsync(Batches.Ragged);
        float[] equal = await MaliGan(none).EstimateAsync(Batches.Ragged);

        Assert.Equal((1.5f, 0f, 1f), (rewards[0], rewards[6], equal[0]));
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
