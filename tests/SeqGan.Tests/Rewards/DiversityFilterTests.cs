namespace SeqGan.Tests.Rewards;

public class DiversityFilterTests
{
    private static readonly DelegateScorer Length = new("length", s => s.Length);

    [Fact]
    public async Task ScoreAsync_SeenBefore_FallsInEqualStepsToZero()
    {
        var filter = new DiversityFilter(Length, tolerance: 4);
        var estimator = new SequenceRewardEstimator(filter);
        TokenBatch twice = Batches.Of(Batches.WithEnd, [2, 3, 4, 1], [2, 3, 4, 1], [3, 1]);

        Batches.AssertEqual([4, 4, 2], await ScoresAsync(estimator, twice));
        Batches.AssertEqual([2, 2, 1.5f], await ScoresAsync(estimator, twice));
        Batches.AssertEqual([0, 0, 1], await ScoresAsync(estimator, twice));
        Batches.AssertEqual([0, 0, 0.5f], await ScoresAsync(estimator, twice));
        Assert.Equal(8, filter.TimesSeen([2, 3, 4, 1]));
    }

    [Fact]
    public async Task ScoreAsync_NegativeAndNotApplicable_AreLoweredAndLeft()
    {
        var estimator = new SequenceRewardEstimator(
            new DiversityFilter(new DelegateScorer("signed", s => s.Length == 2 ? float.NaN : -1), tolerance: 2, minimumScore: -5));
        TokenBatch batch = Batches.Of(Batches.WithEnd, [2, 3, 1], [3, 1]);

        Batches.AssertEqual([-1, 0], await ScoresAsync(estimator, batch));
        Batches.AssertEqual([-1.5f, 0], await ScoresAsync(estimator, batch));
    }

    [Fact]
    public async Task Revert_BatchesThatMadeItForget_AreTakenBack()
    {
        var filter = new DiversityFilter(Length, capacity: 4);
        var estimator = new SequenceRewardEstimator(filter);
        await ScoresAsync(estimator, Batches.Of(Batches.WithEnd, [2, 1], [3, 1], [3, 1], [4, 1]));
        byte[] before = StateBytes.Of(filter);
        object captured = ((ICheckpointable)filter).Capture();

        await ScoresAsync(estimator, Batches.Of(Batches.WithEnd, [3, 1], [2, 2, 1], [2, 1], [2, 2, 1]));
        await ScoresAsync(estimator, Batches.Of(Batches.WithEnd, [4, 4, 1], [2, 3, 1], [2, 1], [4, 1]));
        byte[] after = StateBytes.Of(filter);
        ((ICheckpointable)filter).Revert(captured);

        Assert.NotEqual(before, after);
        Assert.Equal(before, StateBytes.Of(filter));
    }

    [Fact]
    public async Task EndBatch_BelowTheMinimum_IsNotRemembered()
    {
        var filter = new DiversityFilter(Length, minimumScore: 3);

        await ScoresAsync(new SequenceRewardEstimator(filter), Batches.Ragged);

        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(row => filter.TimesSeen(Batches.Ragged[row])));
    }

    [Fact]
    public async Task EndBatch_LoweredBelowTheMinimum_IsRememberedAgain()
    {
        var filter = new DiversityFilter(Length, tolerance: 2, minimumScore: 3);
        var estimator = new SequenceRewardEstimator(filter);

        await ScoresAsync(estimator, Batches.Ragged);
        Batches.AssertEqual([3, 2, 2], await ScoresAsync(estimator, Batches.Ragged));

        Assert.Equal([2, 0, 2], Enumerable.Range(0, 3).Select(row => filter.TimesSeen(Batches.Ragged[row])));
    }

    [Fact]
    public async Task EstimateAsync_OtherChunks_RewardsAndMemoryAreTheSame()
    {
        var whole = new DiversityFilter(new DelegateScorer("hash", s => Batches.Score(s)), tolerance: 3);
        var cut = new DiversityFilter(new DelegateScorer("hash", s => Batches.Score(s)), tolerance: 3);
        var all = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), CombinedScorer.Sum([(whole, 1), (Length, 0.1)]), 4);
        var parts = new MonteCarloRewardEstimator(
            new FakeRollout(Batches.WithEnd), CombinedScorer.Sum([(cut, 1), (Length, 0.1)]), 4, maxCompletions: 1);
        float[] first = await all.EstimateAsync(Batches.Ragged);
        Assert.Equal(first, await parts.EstimateAsync(Batches.Ragged));

        float[] second = await all.EstimateAsync(Batches.Ragged);

        Assert.Equal(second, await parts.EstimateAsync(Batches.Ragged));
        Assert.NotEqual(first, second);
        Assert.Equal(3, whole.Count);
        Assert.Equal(StateBytes.Of(whole), StateBytes.Of(cut));
    }

    [Fact]
    public async Task Buckets_OfOneFunction_AreSharedAndBounded()
    {
        var filter = new DiversityFilter(Length, capacity: 4, bucketOf: sequence => (ulong)sequence[0]);
        var estimator = new SequenceRewardEstimator(filter);
        await ScoresAsync(estimator, Batches.Of(Batches.WithEnd, [2, 3], [2, 4], [3, 1]));
        Assert.Equal(2, filter.TimesSeen([2]));

        for (int i = 10; i < 30; i++)
            await ScoresAsync(estimator, Batches.Of(Batches.WithEnd, [i, 1], [2, 1]));

        Assert.InRange(filter.Count, 1, 4);
        Assert.Equal((22, 0), (filter.TimesSeen([2]), filter.TimesSeen([3])));
    }

    [Fact]
    public async Task RestoreState_OfAnother_GoesOnTheSame()
    {
        var one = new DiversityFilter(Length, capacity: 4);
        for (int i = 2; i < 9; i++)
            await ScoresAsync(new SequenceRewardEstimator(one), Batches.Of(Batches.WithEnd, [i, 1], [2, i, 1]));
        var other = new DiversityFilter(Length, capacity: 4);
        byte[] state = StateBytes.Of(one);

        other.RestoreState(new MemoryStream(state), 1);

        Assert.Equal(state, StateBytes.Of(other));
        for (int i = 2; i < 12; i++)
        {
            TokenBatch batch = Batches.Of(Batches.WithEnd, [i, 1], [3, i, 1]);
            Assert.Equal(await ScoresAsync(new SequenceRewardEstimator(one), batch),
                await ScoresAsync(new SequenceRewardEstimator(other), batch));
        }
    }

    [Fact]
    public async Task RestoreState_DamagedBytes_AreRefusedAndChangeNothing()
    {
        var filter = new DiversityFilter(Length, capacity: 4);
        await ScoresAsync(new SequenceRewardEstimator(filter), Batches.Ragged);
        byte[] state = StateBytes.Of(filter);
        string[] damaged =
        [
            "", "null", "[]", "{}", """{"young":{}}""", """{"young":null,"old":{}}""", """{"young":{},"old":{},"other":{}}""",
            """{"young":{"1":0},"old":{}}""", """{"young":{"1":1},"old":{"2":-1}}""", """{"young":{"1":3000000000},"old":{}}""",
            """{"young":{"1":1,"1":2},"old":{}}""", """{"young":{"1":1},"old":{"1":1}}""", """{"young":{"-1":1},"old":{}}""",
            """{"young":{"1":1,"2":1,"3":1},"old":{}}""", """{"young":{},"old":{"1":1,"2":1,"3":1}}""", """{"young":{},"old":{}}{}""",
            """{"young":{},"old":{}}""" + new string(' ', 1000),
        ];

        Assert.All(
            [state[..^1], .. damaged.Select(System.Text.Encoding.UTF8.GetBytes)],
            bytes => Assert.Throws<InvalidDataException>(() => filter.RestoreState(new MemoryStream(bytes), 1)));

        Assert.Equal(state, StateBytes.Of(filter));
    }

    [Fact]
    public async Task EndBatch_OtherSequencesThanScored_Throws()
    {
        var filter = new DiversityFilter(Length);
        float[] scores = await filter.ScoreAsync(Batches.Ragged);

        Assert.Throws<InvalidOperationException>(() => filter.EndBatch(Batches.Of(Batches.WithEnd, [2], [3], [4]), scores));
    }

    private static async Task<float[]> ScoresAsync(SequenceRewardEstimator estimator, TokenBatch batch)
    {
        float[] rewards = await estimator.EstimateAsync(batch);
        return [.. Enumerable.Range(0, batch.Count).Select(row => rewards[row * batch.Length])];
    }
}
