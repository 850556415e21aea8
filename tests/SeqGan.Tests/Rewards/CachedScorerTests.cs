namespace SeqGan.Tests.Rewards;

public class CachedScorerTests
{
    [Fact]
    public async Task ScoreAsync_SequencesThatComeTwice_AreAskedForOnce()
    {
        var asked = new List<string>();
        var cache = new CachedScorer(Recording(asked));
        TokenBatch batch = Batches.Of(Batches.WithEnd, [2, 1], [3, 3, 1], [2, 1], [4, 1]);

        float[] first = await cache.ScoreAsync(batch), second = await cache.ScoreAsync(batch[1..]);

        Assert.Equal(["2 1", "3 3 1", "4 1"], asked);
        Assert.Equal([2, 3, 2, float.NaN], first);
        Assert.Equal(first[1..], second);
        Assert.Equal((4, 3, 4 / 7.0, 3), (cache.Hits, cache.Misses, cache.HitRate, cache.Count));
    }

    [Fact]
    public async Task ScoreAsync_MoreThanItHolds_ForgetsWhatWasNotAskedFor()
    {
        var asked = new List<string>();
        var cache = new CachedScorer(Recording(asked), capacity: 4);
        for (int i = 0; i < 3; i++)
        {
            await cache.ScoreAsync(Batches.Of(Batches.WithEnd, [2, 2]));
            await cache.ScoreAsync(Batches.Of(Batches.WithEnd, [3, 2 + i], [4, 2 + i]));
            Assert.InRange(cache.Count, 1, 4);
        }

        Assert.Single(asked, "2 2");
        await cache.ScoreAsync(Batches.Of(Batches.WithEnd, [3, 2]));
        Assert.Equal(2, asked.Count(sequence => sequence == "3 2"));
    }

    [Fact]
    public async Task ScoreAsync_SameTokensOtherLabel_AreOthers()
    {
        var cache = new CachedScorer(new StubScorer("label", (batch, scores, _) =>
        {
            for (int row = 0; row < batch.Count; row++)
                scores.Span[row] = batch.Labels.Span[row];
        }));

        Batches.AssertEqual([0, 1, 0], await cache.ScoreAsync(new TokenBatch(new[] { 2, 2, 2 }, 3, 1, labels: new[] { 0, 1, 0 })));
        Assert.Equal(2, cache.Misses);
    }

    [Fact]
    public async Task ScoreAsync_ScorerFails_RemembersNothing()
    {
        bool fails = true;
        var cache = new CachedScorer(new StubScorer("moody", (batch, scores, _) => scores.Span.Fill(fails ? float.PositiveInfinity : 1)));
        Assert.Equal("moody", (await Assert.ThrowsAsync<ScorerException>(() => cache.ScoreAsync(Batches.Ragged))).ScorerName);

        fails = false;

        Batches.AssertEqual([1, 1, 1], await cache.ScoreAsync(Batches.Ragged));
        Assert.Equal(3, cache.Count);
    }

    [Fact]
    public async Task EstimateAsync_WithCache_RewardsAreTheSame()
    {
        var plain = new DelegateScorer("hash", s => Batches.Score(s));
        var cache = new CachedScorer(plain, capacity: 6);

        float[] expected = await new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), plain, 4).EstimateAsync(Batches.Ragged);
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), cache, 4, maxCompletions: 9);

        Assert.Equal(expected, await estimator.EstimateAsync(Batches.Ragged));
        Assert.Equal(expected, await estimator.EstimateAsync(Batches.Ragged));
        Assert.True(cache.HitRate > 0);
    }

    [Fact]
    public void Constructor_ScorerThatChanges_IsRefused()
    {
        var discriminator = new StubDiscriminator("judge", (_, _, _) => { });
        Assert.Contains("'judge' is a discriminator", Assert.Throws<ArgumentException>(() => new CachedScorer(discriminator)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "changes", Assert.Throws<ArgumentException>(() => new CachedScorer(new DiversityFilter(Scorers.Length(1, 2)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constructor_ScorerWithATimeLimit_IsTakenUnlessItChanges()
    {
        TimeSpan limit = TimeSpan.FromMinutes(5);
        var discriminator = new StubDiscriminator("judge", (_, _, _) => { });

        Batches.AssertEqual([6, 2, 4],
            await new CachedScorer(new TimeLimitedScorer(new DelegateScorer("length", s => s.Length), limit)).ScoreAsync(Batches.Ragged));
        Assert.Throws<ArgumentException>(() => new CachedScorer(new TimeLimitedScorer(discriminator, limit)));
        Assert.Throws<ArgumentException>(() => new CachedScorer(new TimeLimitedScorer(new DiversityFilter(Scorers.Length(1, 2)), limit)));
    }

    private static StubScorer Recording(List<string> asked) => new("recording", (batch, scores, _) =>
    {
        for (int row = 0; row < batch.Count; row++)
        {
            asked.Add(string.Join(' ', batch[row].ToArray()));
            scores.Span[row] = batch[row][0] == 4 ? float.NaN : batch[row][0];
        }
    });
}
