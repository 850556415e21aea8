namespace SeqGan.Rewards;

/// <summary>
/// The paper's reward (equation 4): a token's is the mean score of many completions of the prefix that ends with it, the last token's the
/// score of the sequence itself.
/// </summary>
/// <remarks>
/// <para>
/// With a limit on the prefixes of a sequence, a token whose prefix is not completed has the value of the next one that is, or of the
/// whole sequence. Given the token's prefix, the expectation of that value is the paper's reward, so the policy gradient stays unbiased;
/// the cost grows with the length instead of its square.
/// </para>
/// <para>
/// It works on chunks of sequences, so that memory stays bounded; the rewards do not depend on the chunks, bit for bit. Completions of a
/// chunk that are equal are scored once. Not thread-safe.
/// Rollout and scorer stay the caller's to dispose.
/// </para>
/// </remarks>
public sealed class MonteCarloRewardEstimator : IRewardEstimator, IScorerUser
{
    private readonly IRollout _rollout;
    private readonly CheckedScorer _scorer;
    private readonly int _samplesPerPrefix, _maxCompletions;
    private readonly int? _prefixesPerSequence;
    private readonly SequenceBuffer _completions;
    private readonly DistinctSequences _distinct = new();
    private float[] _scores = [];

    /// <summary>
    /// Creates an estimator of a rollout that completes prefixes, at least once each (N in the paper), and a scorer of the completions,
    /// usually the discriminator. It holds at most <paramref name="maxCompletions"/>, at least 1, or those of a single sequence. The
    /// prefixes are all proper ones, or as many as <see cref="RolloutRequest.PrefixesPerSequence"/> says.
    /// </summary>
    public MonteCarloRewardEstimator(
        IRollout rollout, ISequenceScorer scorer, int samplesPerPrefix = 16, int maxCompletions = 16_384, int? prefixesPerSequence = null)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerPrefix, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCompletions, 1);
        if (prefixesPerSequence is { } prefixes)
            ArgumentOutOfRangeException.ThrowIfLessThan(prefixes, 1, nameof(prefixesPerSequence));
        (_rollout, _scorer) = (rollout, new CheckedScorer(scorer));
        (_samplesPerPrefix, _maxCompletions, _prefixesPerSequence) = (samplesPerPrefix, maxCompletions, prefixesPerSequence);
        _completions = new SequenceBuffer(rollout.Format);
    }

    /// <summary>How many tokens had no score, because the scorer applied to no completion of theirs; not those that lie between.</summary>
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
            RolloutRequest rollouts = Rollouts(request, start);
            TokenBatch rest = sequences.Slice(start, sequences.Count - start);
            TokenBatch chunk = rest.Slice(0, CountChunkRows(rest, rollouts));
            Memory<float> scores = await CompleteAndScoreAsync(chunk, rollouts, cancellationToken).ConfigureAwait(false);
            Average(chunk, rollouts, scores.Span, rewards.Slice(start * sequences.Length, chunk.Count * sequences.Length));
            start += chunk.Count;
        }

        Memory<float> final = ReserveScores(sequences.Count);
        await _scorer.ScoreAsync(sequences, final, cancellationToken).ConfigureAwait(false);
        for (int row = 0; row < sequences.Count; row++)
        {
            if (RewardLayout.Row(sequences, rewards, row) is [.., _] tokens)
                tokens[^1] = ValueOf(final.Span[row]);
        }

        if (_prefixesPerSequence is not null)
            Carry(sequences, Rollouts(request, 0), rewards);

        RewardLayout.FillSkipped(sequences, rewards);
        _scorer.EndBatch(sequences, final);
    }

    /// <exception cref="InvalidOperationException">A rollout made another number of completions than it was asked for.</exception>
    internal static void ThrowIfOtherCount(SequenceBuffer completions, TokenBatch sequences, RolloutRequest request)
    {
        if (request.CountCompletions(sequences) is var expected && completions.Count != expected)
        {
            throw new InvalidOperationException(
                $"The rollout made {completions.Count} completions of {sequences.Count} sequences; it was asked for {expected}: "
                + $"{nameof(RolloutRequest)}.{nameof(RolloutRequest.PrefixesOf)} names the prefixes.");
        }
    }

    private RolloutRequest Rollouts(RewardRequest request, int firstRow) => new()
    {
        Key = request.Key, SamplesPerPrefix = _samplesPerPrefix, PrefixesPerSequence = _prefixesPerSequence, FirstRow = firstRow,
    };

    private int CountChunkRows(TokenBatch rest, RolloutRequest request)
    {
        long completions = CompletionsOf(0);
        int rows = 1;
        while (rows < rest.Count && (completions += CompletionsOf(rows)) <= _maxCompletions)
            rows++;
        return rows;

        long CompletionsOf(int row) => request.PrefixesOf(rest, row).Count() * (long)_samplesPerPrefix;
    }

    private async ValueTask<Memory<float>> CompleteAndScoreAsync(
        TokenBatch chunk, RolloutRequest request, CancellationToken cancellationToken)
    {
        await _rollout.CompleteAsync(chunk, request, _completions, cancellationToken).ConfigureAwait(false);
        ThrowIfOtherCount(_completions, chunk, request);
        return await ScoreDistinctAsync(_completions.AsBatch(), cancellationToken).ConfigureAwait(false);
    }

    // Short tails and peaked distributions make many equal completions.
    private async ValueTask<Memory<float>> ScoreDistinctAsync(TokenBatch completions, CancellationToken cancellationToken)
    {
        _distinct.Clear();
        int[] indices = new int[completions.Count];
        for (int row = 0; row < indices.Length; row++)
            indices[row] = _distinct.IndexOf(_distinct.KeyOf(completions, row), row);
        float[] distinct = new float[_distinct.Count];
        await _scorer.ScoreAsync(_distinct.Of(completions), distinct, cancellationToken).ConfigureAwait(false);
        Memory<float> scores = ReserveScores(completions.Count);
        for (int row = 0; row < indices.Length; row++)
            scores.Span[row] = distinct[indices[row]];
        return scores;
    }

    private void Average(TokenBatch chunk, RolloutRequest request, ReadOnlySpan<float> scores, Memory<float> rewards)
    {
        for (int row = 0; row < chunk.Count; row++)
        {
            Span<float> tokens = RewardLayout.Row(chunk, rewards, row);
            foreach (int prefix in request.PrefixesOf(chunk, row))
            {
                tokens[prefix - 1] = ValueOf(MeanOfApplicable(scores[.._samplesPerPrefix]));
                scores = scores[_samplesPerPrefix..];
            }
        }
    }

    // Gives the tokens whose prefixes were not completed the value of the next that was.
    private static void Carry(TokenBatch sequences, RolloutRequest request, Memory<float> rewards)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            Span<float> tokens = RewardLayout.Row(sequences, rewards, row);
            int first = 0;
            foreach (int prefix in request.PrefixesOf(sequences, row).Append(tokens.Length))
            {
                if (prefix > 0)
                    tokens[first..prefix].Fill(tokens[prefix - 1]);
                first = prefix;
            }
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
