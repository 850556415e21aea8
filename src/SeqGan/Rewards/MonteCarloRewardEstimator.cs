namespace SeqGan.Rewards;

/// <summary>
/// The paper's reward (equation 4): a token's is the mean score of many completions of the prefix that ends with it, the last token's the
/// score of the sequence itself.
/// </summary>
/// <remarks>
/// It works on chunks of sequences, so that memory stays bounded; the rewards do not depend on the chunks, bit for bit. Not thread-safe.
/// Rollout and scorer stay the caller's to dispose.
/// </remarks>
public sealed class MonteCarloRewardEstimator : IRewardEstimator, IScorerUser
{
    private readonly IRollout _rollout;
    private readonly CheckedScorer _scorer;
    private readonly int _samplesPerPrefix, _maxCompletions;
    private readonly SequenceBuffer _completions;
    private float[] _scores = [];

    /// <summary>
    /// Creates an estimator of a rollout that completes prefixes, at least once each (N in the paper), and a scorer of the completions,
    /// usually the discriminator. It holds at most <paramref name="maxCompletions"/>, at least 1, or those of a single sequence.
    /// </summary>
    public MonteCarloRewardEstimator(IRollout rollout, ISequenceScorer scorer, int samplesPerPrefix = 16, int maxCompletions = 16_384)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerPrefix, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCompletions, 1);
        (_rollout, _scorer) = (rollout, new CheckedScorer(scorer));
        (_samplesPerPrefix, _maxCompletions) = (samplesPerPrefix, maxCompletions);
        _completions = new SequenceBuffer(rollout.Format);
    }

    /// <summary>How many tokens had no score because the scorer applied to no completion of theirs, since construction.</summary>
    public long UnscoredTokens { get; private set; }

    CheckedScorer IScorerUser.Scorer => _scorer;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("rollout", _rollout), ("scorer", _scorer.Scorer)];

    /// <inheritdoc/>
    /// <remarks>
    /// Scores that are NaN (not applicable) are left out of the means. A token without other scores gets the reward 0; if that is because
    /// a scorer failed and was skipped, the mean of the others at its position, which is neither reward nor punishment.
    /// </remarks>
    /// <exception cref="ScorerException">The scorer failed, left scores unwritten, or wrote one that is not valid.</exception>
    /// <exception cref="InvalidOperationException">The rollout made another number of completions than it was asked for.</exception>
    public async ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        _scorer.BeginBatch(request);
        rewards.Span.Clear();
        for (int start = 0; start < sequences.Count;)
        {
            TokenBatch chunk = sequences.Slice(start, CountChunkRows(sequences, start));
            Memory<float> scores = await CompleteAndScoreAsync(chunk, request.Key, start, cancellationToken).ConfigureAwait(false);
            Average(chunk, scores.Span, rewards.Slice(start * sequences.Length, chunk.Count * sequences.Length));
            start += chunk.Count;
        }

        Memory<float> final = ReserveScores(sequences.Count);
        await _scorer.ScoreAsync(sequences, final, cancellationToken).ConfigureAwait(false);
        for (int row = 0; row < sequences.Count; row++)
        {
            if (RewardLayout.Row(sequences, rewards, row) is [.., _] tokens)
                tokens[^1] = ValueOf(final.Span[row]);
        }

        RewardLayout.FillSkipped(sequences, rewards);
        _scorer.EndBatch(sequences, final);
    }

    private int CountChunkRows(TokenBatch sequences, int start)
    {
        long completions = CompletionsOf(start);
        int row = start + 1;
        while (row < sequences.Count && (completions += CompletionsOf(row)) <= _maxCompletions)
            row++;
        return row - start;

        long CompletionsOf(int index) => Math.Max(0, sequences.LengthOf(index) - 1) * (long)_samplesPerPrefix;
    }

    private async ValueTask<Memory<float>> CompleteAndScoreAsync(
        TokenBatch chunk, RandomKey key, int firstRow, CancellationToken cancellationToken)
    {
        var request = new RolloutRequest { Key = key, SamplesPerPrefix = _samplesPerPrefix, FirstRow = firstRow };
        _rollout.Complete(chunk, request, _completions, cancellationToken);
        int expected = request.CountCompletions(chunk);
        if (_completions.Count != expected)
            throw new InvalidOperationException(
                $"The rollout made {_completions.Count} completions of {chunk.Count} sequences; it was asked for {expected}.");
        Memory<float> scores = ReserveScores(expected);
        await _scorer.ScoreAsync(_completions.AsBatch(), scores, cancellationToken).ConfigureAwait(false);
        return scores;
    }

    private void Average(TokenBatch chunk, ReadOnlySpan<float> scores, Memory<float> rewards)
    {
        for (int row = 0; row < chunk.Count; row++)
        {
            Span<float> tokens = RewardLayout.Row(chunk, rewards, row);
            for (int position = 0; position < tokens.Length - 1; position++, scores = scores[_samplesPerPrefix..])
                tokens[position] = ValueOf(MeanOfApplicable(scores[.._samplesPerPrefix]));
        }
    }

    private static float MeanOfApplicable(ReadOnlySpan<float> scores)
    {
        double sum = 0;
        int count = 0;
        foreach (float score in scores)
        {
            if (float.IsNaN(score))
                continue;
            sum += score;
            count++;
        }

        return (float)(sum / count);
    }

    private float ValueOf(float score)
    {
        if (!float.IsNaN(score))
            return score;
        UnscoredTokens++;
        return _scorer.HasSkipped ? float.NaN : 0;
    }

    private Memory<float> ReserveScores(int count)
    {
        if (_scores.Length < count)
            _scores = new float[count];
        return _scores.AsMemory(0, count);
    }
}
