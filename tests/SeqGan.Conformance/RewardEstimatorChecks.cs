namespace SeqGan.Conformance;

/// <summary>What a reward estimator promises.</summary>
internal sealed class RewardEstimatorChecks(
    CheckRunner runner, Func<IRewardEstimator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 60);

    public async Task RunAsync()
    {
        await runner.CheckAsync("the batch is left unchanged", BatchUnchangedAsync).ConfigureAwait(false);
        await runner.CheckAsync("every token gets a finite reward", FiniteAsync).ConfigureAwait(false);
        if (format.EndToken is not null)
            await runner.CheckAsync("rewards are 0 at padding", PaddingAsync).ConfigureAwait(false);
        await runner.CheckAsync("nothing is written beside the rewards", NothingBesideAsync).ConfigureAwait(false);
        await runner.CheckAsync("the same key gives the same rewards", SameKeyAsync).ConfigureAwait(false);
        await runner.CheckAsync("an empty batch is rewarded", EmptyBatchAsync).ConfigureAwait(false);
        await runner.CheckAsync("any thread may call", AnyThreadAsync).ConfigureAwait(false);
        await runner.CheckAsync("a cancelled token throws OperationCanceledException", CancellationAsync).ConfigureAwait(false);
        await new CheckpointableChecks<IRewardEstimator>(runner, factory, estimator => EstimateAsync(estimator, _batch)).RunAsync()
            .ConfigureAwait(false);
    }

    private async Task FiniteAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        float[] rewards = await EstimateAsync(estimator.Value, _batch).ConfigureAwait(false);
        for (int row = 0; row < _batch.Count; row++)
        {
            for (int i = 0; i < _batch.LengthOf(row); i++)
            {
                float reward = rewards[(row * _batch.Length) + i];
                Promise.That(float.IsFinite(reward),
                    $"Token {i} of sequence {row} {Promise.Describe(_batch[row])} has reward {reward} (NaN: perhaps never written); it "
                        + "must be finite.");
            }
        }
    }

    private async Task PaddingAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        float[] rewards = await EstimateAsync(estimator.Value, _batch).ConfigureAwait(false);
        for (int row = 0; row < _batch.Count; row++)
        {
            for (int i = _batch.LengthOf(row); i < _batch.Length; i++)
            {
                float reward = rewards[(row * _batch.Length) + i];
                Promise.That(
                    reward == 0, $"Sequence {row} {Promise.Describe(_batch[row])} has reward {reward} at position {i}; padding has 0.");
            }
        }
    }

    private async Task NothingBesideAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        const int Margin = 3;
        int count = _batch.Count * _batch.Length;
        float[] rewards = new float[count + (2 * Margin)];
        Array.Fill(rewards, float.NaN);
        await estimator.Value.EstimateAsync(_batch, new RewardRequest { Key = _key }, rewards.AsMemory(Margin, count),
            CancellationToken.None).ConfigureAwait(false);
        Promise.That(!rewards[..Margin].Concat(rewards[^Margin..]).Any(float.IsFinite), "A value outside the destination was written.");
    }

    private async Task SameKeyAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        float[] first = await EstimateAsync(estimator.Value, _batch).ConfigureAwait(false);
        await EstimateAsync(estimator.Value, _batch, _key with { Step = 99 }).ConfigureAwait(false);
        await SameRewardsAsync("Estimated again with the same key", first, estimator.Value, _batch).ConfigureAwait(false);
    }

    private async Task EmptyBatchAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        await EstimateAsync(estimator.Value, _batch.Slice(0, 0)).ConfigureAwait(false);
    }

    private async Task BatchUnchangedAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        TokenBatch mine = TestSequences.Create(format, options.BatchSize, options.Seed),
            theirs = TestSequences.Create(format, options.BatchSize, options.Seed);
        await EstimateAsync(estimator.Value, theirs).ConfigureAwait(false);
        Promise.That(theirs.Tokens.Span.SequenceEqual(mine.Tokens.Span), "Estimating changed the batch's tokens.");
    }

    private async Task AnyThreadAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        float[] here = await EstimateAsync(estimator.Value, _batch).ConfigureAwait(false);
        await Task.Factory.StartNew(
            () => SameRewardsAsync("On another thread", here, estimator.Value, _batch),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap().ConfigureAwait(false);
    }

    private async Task CancellationAsync()
    {
        await using var estimator = new Instance<IRewardEstimator>(factory);
        await Promise.ThrowsAsync<OperationCanceledException>(
            "Estimating with a cancelled token",
            () => estimator.Value.EstimateAsync(
                _batch, new RewardRequest { Key = _key }, new float[_batch.Count * _batch.Length], new CancellationToken(canceled: true))
                    .AsTask()).ConfigureAwait(false);
    }

    private async Task<float[]> EstimateAsync(IRewardEstimator estimator, TokenBatch batch, RandomKey? key = null)
    {
        float[] rewards = new float[batch.Count * batch.Length];
        Array.Fill(rewards, float.NaN);
        await estimator.EstimateAsync(batch, new RewardRequest { Key = key ?? _key }, rewards, CancellationToken.None)
            .ConfigureAwait(false);
        return rewards;
    }

    private async Task SameRewardsAsync(string what, float[] expected, IRewardEstimator estimator, TokenBatch batch)
    {
        float[] actual = await EstimateAsync(estimator, batch).ConfigureAwait(false);
        Promise.SameValues(what, expected, actual, options.Tolerance);
    }
}
