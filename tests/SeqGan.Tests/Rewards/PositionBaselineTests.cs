using Xunit;

namespace SeqGan.Tests.Rewards;

public class PositionBaselineTests
{
    private static readonly SequenceFormat Format = new(5, 3, 0, endToken: 1, paddingToken: 0);

    // Two sequences, of 3 tokens and of 1; values at padding must not count.
    private static readonly TokenBatch Batch = Batches.Of(Format, [2, 3, 4], [1]);
    private static readonly float[] Rewards = [0.5f, 0.25f, 1, 1, 77, 77];

    [Fact]
    public void Subtract_None_KeepsRewards() =>
        Assert.Equal([0.5f, 0.25f, 1, 1, 0, 0], Subtract(RewardBaseline.None, Rewards));

    [Fact]
    public void Subtract_BatchMean_UsesTheSequencesThatReachThePosition() =>
        Assert.Equal([-0.25f, 0, 0, 0.25f, 0, 0], Subtract(RewardBaseline.BatchMean, Rewards));

    [Fact]
    public void Subtract_LeaveOneOut_UsesTheOtherSequencesThatReachThePosition() =>
        Assert.Equal([-0.5f, 0, 0, 0.5f, 0, 0], Subtract(RewardBaseline.LeaveOneOut, Rewards));

    [Fact]
    public void Subtract_MovingAverage_UsesTheBatchesBefore()
    {
        var baseline = new PositionBaseline(RewardBaseline.MovingAverage, 0.5, Format.MaxLength);
        float[] advantages = new float[6];

        baseline.Subtract(Batch, Rewards, advantages);
        Assert.Equal([-0.25f, 0, 0, 0.25f, 0, 0], advantages);

        // The averages are now 0.75, 0.25, 1; the second batch's first position has the mean 0.
        baseline.Subtract(Batch, [0, 1, 1, 0, 77, 77], advantages);
        Assert.Equal([-0.75f, 0.75f, 0, -0.75f, 0, 0], advantages);

        baseline.Subtract(Batch, [0, 1, 1, 0, 77, 77], advantages);
        Assert.Equal([-0.375f, 0.375f, 0, -0.375f, 0, 0], advantages);
    }

    [Fact]
    public void Subtract_MovingAverage_KeepsTheDecayAsShareOfThePast()
    {
        var baseline = new PositionBaseline(RewardBaseline.MovingAverage, 0.9, Format.MaxLength);
        float[] advantages = new float[3];
        foreach (float reward in new[] { 1f, 0, 0 })
            baseline.Subtract(Batches.Of(Format, [1]), [reward, 77, 77], advantages);

        // The averages before the three batches are none, 1 and 0.9.
        Assert.Equal(-0.9f, advantages[0], 6);
        Assert.Equal(0.81, baseline.Averages[0], 12);
    }

    [Fact]
    public void Subtract_WhereNoSequenceReachesAPosition_StaysFinite()
    {
        var baseline = new PositionBaseline(RewardBaseline.MovingAverage, 0.5, Format.MaxLength);
        float[] advantages = new float[3];

        baseline.Subtract(Batches.Of(Format, [1]), [1, 77, 77], advantages);

        Assert.Equal([0, 0, 0], advantages);
    }

    private static float[] Subtract(RewardBaseline kind, float[] rewards)
    {
        float[] advantages = new float[rewards.Length];
        new PositionBaseline(kind, 0.9, Format.MaxLength).Subtract(Batch, rewards, advantages);
        return advantages;
    }
}
