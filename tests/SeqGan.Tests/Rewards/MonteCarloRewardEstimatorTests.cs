using Xunit;

namespace SeqGan.Tests.Rewards;

public class MonteCarloRewardEstimatorTests
{
    private static readonly DelegateScorer Hash = new("hash", s => Batches.Score(s));

    [Fact]
    public async Task EstimateAsync_WithEndTokens_EqualsTheBruteForceLoop()
    {
        const int samples = 5;
        TokenBatch sequences = Batches.Ragged;
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, samples);

        float[] rewards = await estimator.EstimateAsync(sequences);

        for (int row = 0; row < sequences.Count; row++)
        {
            for (int position = 0; position < sequences.Length; position++)
                Assert.Equal(BruteForce(sequences, row, position, samples), rewards[row * sequences.Length + position], 1e-6f);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(31)]
    [InlineData(1000)]
    public async Task EstimateAsync_WhateverTheChunk_GivesTheSameBits(int maxCompletions)
    {
        var format = new SequenceFormat(50, 9);
        var batch = new SequenceBuffer(format, 7);
        for (int row = 0; row < 7; row++)
            batch.Set(row, FakeRollout.Complete(format, [row], new RandomKey(1, RandomPurpose.User), row, 0));
        var whole = new MonteCarloRewardEstimator(new FakeRollout(format), Hash, 3);
        var chunked = new MonteCarloRewardEstimator(new FakeRollout(format), Hash, 3, maxCompletions);

        Assert.Equal(await whole.EstimateAsync(batch.AsBatch()), await chunked.EstimateAsync(batch.AsBatch()));
    }

    [Theory]
    [InlineData(1, 3, 10)]
    [InlineData(10, 2, 10)]
    [InlineData(11, 2, 10)]
    [InlineData(12, 2, 12)]
    [InlineData(18, 1, 18)]
    public async Task EstimateAsync_WithLimit_HoldsNoMoreCompletionsThanThatOrOneSequences(int maxCompletions, int calls, int most)
    {
        var rollout = new FakeRollout(Batches.WithEnd);
        var estimator = new MonteCarloRewardEstimator(rollout, Hash, 2, maxCompletions);

        await estimator.EstimateAsync(Batches.Ragged);

        Assert.Equal((calls, most), (rollout.Calls, rollout.MostCompletions));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EstimateAsync_ChunkWhoseCallIsSkipped_GetsTheMeanOfTheOthersAtItsPositions(bool isSum)
    {
        var format = new SequenceFormat(50, 9);
        TokenBatch batch = Batches.Of(format, [.. Enumerable.Range(0, 4).Select(row => Enumerable.Range(row, 9).ToArray())]);
        int calls = 0;
        var remote = new StubScorer("remote", (sequences, scores, _) =>
        {
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = Batches.Score(sequences[row]);
            if (++calls == 2)
                throw new HttpRequestException("No answer.");
        });
        ISequenceScorer skipping = remote.SkippingFailures();
        var one = new DelegateScorer("one", _ => 1);
        var whole = new MonteCarloRewardEstimator(
            new FakeRollout(format), isSum ? Scorers.Sum((Hash, 1), (one, 1)) : Hash, samplesPerPrefix: 2);
        var chunked = new MonteCarloRewardEstimator(
            new FakeRollout(format), isSum ? Scorers.Sum((skipping, 1), (one, 1)) : skipping, samplesPerPrefix: 2, maxCompletions: 16);

        float[] expected = await whole.EstimateAsync(batch), rewards = await chunked.EstimateAsync(batch);

        Assert.Equal(5, calls); // four chunks of a sequence, and the sequences themselves
        for (int position = 0; position < 8; position++)
            expected[9 + position] = (float)new[] { 0, 2, 3 }.Average(row => (double)expected[row * 9 + position]);
        Assert.Equal(expected, rewards);
        Assert.Equal(8, chunked.UnscoredTokens);
    }

    [Fact]
    public async Task EstimateAsync_WithNaN_LeavesItOutOfTheMeanAndCountsIt()
    {
        // Applies to the completions that have an odd last token.
        var sometimes = new DelegateScorer("sometimes", s => s[^1] % 2 == 0 ? float.NaN : 0.25f * s[^1]);
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), sometimes, 4);

        float[] rewards = await estimator.EstimateAsync(Batches.Of(Batches.WithEnd, [2, 3, 4, 2, 3, 3]));

        for (int position = 0; position < 5; position++)
        {
            float[] applicable = [.. Enumerable.Range(0, 4)
                .Select(n => FakeRollout.Complete(Batches.WithEnd, new[] { 2, 3, 4, 2, 3, 3 }.AsSpan(0, position + 1),
                    Batches.Request.Key, 0, n)[^1])
                .Where(last => last % 2 == 1).Select(last => 0.25f * last)];
            Assert.Equal(applicable.Length == 0 ? 0 : applicable.Average(), rewards[position], 1e-6f);
        }

        Assert.Equal(0.75f, rewards[5]);
        Assert.True(((IScoreTally)estimator).Tallies.Single().NotApplicable > 0);
    }

    [Fact]
    public async Task EstimateAsync_WithNothingApplicable_GivesZeroAndCountsTokens()
    {
        var never = new DelegateScorer("never", _ => float.NaN);
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), never, 2);

        float[] rewards = await estimator.EstimateAsync(Batches.Ragged);

        Assert.All(rewards, reward => Assert.Equal(0, reward));
        Assert.Equal(6 + 2 + 4, estimator.UnscoredTokens);
        // Of the completions, as many as differ, and the sequences.
        var completions = new SequenceBuffer(Batches.WithEnd);
        await new FakeRollout(Batches.WithEnd).CompleteAsync(
            Batches.Ragged, new RolloutRequest { Key = Batches.Request.Key, SamplesPerPrefix = 2 }, completions,
            TestContext.Current.CancellationToken);
        Assert.Equal((5 + 1 + 3) * 2, completions.Count);
        int different = Enumerable.Range(0, completions.Count).Select(row => string.Join(' ', completions.AsBatch()[row].ToArray()))
            .Distinct().Count();
        Assert.Equal(new ScoreTally("never", different + 3, different + 3), ((IScoreTally)estimator).Tallies.Single());
    }

    [Fact]
    public async Task EstimateAsync_EqualCompletions_AreScoredOnce()
    {
        var asked = new List<int[]>();
        var scorer = new StubScorer("counting", (sequences, scores, _) =>
        {
            for (int row = 0; row < sequences.Count; row++)
            {
                asked.Add(sequences[row].ToArray());
                scores.Span[row] = Batches.Score(sequences[row]);
            }
        });
        const int Samples = 40;
        var counted = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), scorer, Samples);
        var plain = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, Samples);

        Batches.AssertEqual(await plain.EstimateAsync(Batches.Ragged), await counted.EstimateAsync(Batches.Ragged));

        // The sequences themselves are scored apart.
        string[] completions = [.. asked.SkipLast(3).Select(tokens => string.Join(' ', tokens))];
        Assert.Equal(completions.Distinct(), completions);
        Assert.InRange(completions.Length, 4, (5 + 1 + 3) * Samples - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task EstimateAsync_SomePrefixes_GivesTokensBetweenTheValueOfTheNext(int prefixes)
    {
        TokenBatch sequences = Batches.Ragged;
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, 3, prefixesPerSequence: prefixes);
        var all = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, 3);
        var request = new RolloutRequest { Key = Batches.Request.Key, SamplesPerPrefix = 3, PrefixesPerSequence = prefixes };

        float[] rewards = await estimator.EstimateAsync(sequences), full = await all.EstimateAsync(sequences);

        for (int row = 0; row < sequences.Count; row++)
        {
            int[] completed = [.. request.PrefixesOf(sequences, row)];
            Assert.InRange(completed.Length, 0, prefixes);
            for (int position = 0; position < sequences.Length; position++)
            {
                int next = completed.Append(sequences.LengthOf(row)).FirstOrDefault(prefix => prefix > position);
                Assert.Equal(next == 0 ? 0 : full[row * sequences.Length + next - 1], rewards[row * sequences.Length + position]);
            }
        }
    }

    [Fact]
    public async Task EstimateAsync_MorePrefixesThanTokens_IsThePapers()
    {
        var many = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, 3, prefixesPerSequence: 100);
        var all = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash, 3);

        Batches.AssertEqual(await all.EstimateAsync(Batches.Ragged), await many.EstimateAsync(Batches.Ragged));
    }

    [Fact]
    public void PrefixesOf_ManyKeys_ReachEachPrefixAndDoNotDependOnTheTokens()
    {
        var format = new SequenceFormat(50, 11);
        TokenBatch one = Batches.Of(format, [.. Enumerable.Range(0, 11)]), other = Batches.Of(format, [.. Enumerable.Range(5, 11)]);
        int[] counts = new int[11];
        for (uint step = 0; step < 3000; step++)
        {
            var request = new RolloutRequest { Key = new(1, RandomPurpose.Rollout, step), PrefixesPerSequence = 4 };
            int[] prefixes = [.. request.PrefixesOf(one, 0)];
            Assert.Equal(prefixes, request.PrefixesOf(other, 0));
            Assert.Equal(prefixes, prefixes.Distinct().Order());
            Assert.Equal(4, prefixes.Length);
            foreach (int prefix in prefixes)
                counts[prefix]++;
        }

        Assert.Equal(0, counts[0]);
        Assert.All(counts.Skip(1), count => Assert.InRange(count, 1100, 1300));
    }

    [Fact]
    public async Task EstimateAsync_WhenCancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var cancelling = new StubScorer("cancelling", (_, scores, token) =>
        {
            cancel.Cancel();
            token.ThrowIfCancellationRequested();
        });
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), cancelling, 2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => estimator.EstimateAsync(Batches.Ragged, Batches.Request, new float[18], cancel.Token).AsTask());
    }

    [Fact]
    public async Task EstimateAsync_WithRewardsOfAnotherSize_NamesBothSizes()
    {
        var estimator = new MonteCarloRewardEstimator(new FakeRollout(Batches.WithEnd), Hash);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => estimator.EstimateAsync(Batches.Ragged, Batches.Request, new float[17], TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("18 rewards; there is room for 17", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EstimateAsync_WithRolloutOfAnotherCount_NamesBothCounts()
    {
        var estimator = new MonteCarloRewardEstimator(new ForgetfulRollout(), Hash, 2);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => estimator.EstimateAsync(Batches.Ragged));

        Assert.Contains("made 1 completions of 3 sequences; it was asked for 18", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EstimateAsync_OfNoSequences_DoesNothing()
    {
        var rollout = new FakeRollout(Batches.WithEnd);

        Assert.Empty(await new MonteCarloRewardEstimator(rollout, Hash).EstimateAsync(Batches.Of(Batches.WithEnd)));

        Assert.Equal(0, rollout.Calls);
    }

    // Equation 4 of the paper, one token at a time.
    private static float BruteForce(TokenBatch sequences, int row, int position, int samples)
    {
        int length = sequences.LengthOf(row);
        if (position >= length)
            return 0;
        if (position == length - 1)
            return Batches.Score(sequences[row]);
        double sum = 0;
        for (int n = 0; n < samples; n++)
            sum += Batches.Score(FakeRollout.Complete(Batches.WithEnd, sequences[row][..(position + 1)], Batches.Request.Key, row, n));
        return (float)(sum / samples);
    }

    private sealed class ForgetfulRollout : IRollout
    {
        public SequenceFormat Format => Batches.WithEnd;

        public ValueTask CompleteAsync(
            TokenBatch sequences, RolloutRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
        {
            destination.Reset(1);
            return ValueTask.CompletedTask;
        }

        public void ResetPolicy()
        {
        }

        public void UpdatePolicy()
        {
        }
    }
}
