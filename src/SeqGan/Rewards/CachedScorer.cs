namespace SeqGan.Rewards;

/// <summary>Remembers the scores of a scorer that is slow or is paid by the call; made by <see cref="Scorers.Cached"/>.</summary>
/// <remarks>
/// A sequence that comes twice, in one batch or in several, is scored once; NaN is remembered too. Sequences are compared token by token,
/// with their label, so no score changes. When it is full, it forgets what was not asked for since half of the capacity came in. It is not
/// part of a checkpoint: after a resume it fills again, and scores are the same. It refuses scorers that learn or change, such as a
/// discriminator or an <see cref="IAdaptiveScorer"/>: cache the parts of a combination instead. Not thread-safe. The scorer stays the
/// caller's to dispose.
/// </remarks>
public sealed class CachedScorer : ISequenceScorer, ICompositeComponent
{
    private readonly CheckedScorer _scorer;
    private readonly int _perGeneration;
    private readonly DistinctSequences _unknown = new();
    private Dictionary<ReadOnlyMemory<int>, float> _young = new(SequenceComparer.Instance);
    private Dictionary<ReadOnlyMemory<int>, float> _old = new(SequenceComparer.Instance);
    private int[] _rows = [];

    internal CachedScorer(ISequenceScorer scorer, int capacity = 100_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _scorer = new CheckedScorer(scorer);
        string kind = scorer is IDiscriminator ? "is a discriminator" : "changes during training";
        if (Changes(scorer))
            throw new ArgumentException($"Scorer '{Name}' {kind}; cache scorers that never change.", nameof(scorer));
        (_perGeneration, Capacity) = (capacity / 2, capacity);
    }

    /// <summary>The scorer's name.</summary>
    public string Name => _scorer.Name;

    /// <summary>Whether the scorer may run beside others.</summary>
    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    /// <summary>The most sequences that it remembers.</summary>
    public int Capacity { get; }

    /// <summary>The sequences that it remembers.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>How many scores were known, or shared by repetitions within a batch, since construction.</summary>
    public long Hits { get; private set; }

    /// <summary>How many scores the scorer was asked for since construction.</summary>
    public long Misses { get; private set; }

    /// <summary>Hits divided by all scores, in [0, 1]; NaN before the first.</summary>
    public double HitRate => Hits / (double)(Hits + Misses);

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("scorer", _scorer.Scorer)];

    /// <inheritdoc/>
    /// <exception cref="ScorerException">The scorer broke its contract; nothing of the batch is remembered.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        if (_rows.Length < sequences.Count)
            _rows = new int[sequences.Count];
        FindKnown(sequences, scores.Span);
        if (_unknown.Count > 0)
        {
            float[] asked = new float[_unknown.Count];
            await _scorer.ScoreAsync(_unknown.Of(sequences), asked, cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = _rows[row] >= 0 ? asked[_rows[row]] : scores.Span[row];
            foreach ((ReadOnlyMemory<int> key, int index) in _unknown.Indices)
                Remember(key, asked[index]);
        }

        int misses = _unknown.Count;
        Misses += misses;
        Hits += sequences.Count - misses;
        SeqGanTelemetry.CacheHits.Record(sequences.Count - misses, Name);
        SeqGanTelemetry.CacheMisses.Record(misses, Name);
    }

    // A limit on its time changes no score.
    private static bool Changes(ISequenceScorer scorer) =>
        scorer is TimeLimitedScorer and IScorerUser limited ? Changes(limited.Scorer.Scorer) : scorer is IDiscriminator or IAdaptiveScorer;

    // Which of the unknown sequences each row is; -1 where its score is known.
    private void FindKnown(TokenBatch sequences, Span<float> scores)
    {
        _unknown.Clear();
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> key = _unknown.KeyOf(sequences, row);
            _rows[row] = TryGet(key, out scores[row]) ? -1 : _unknown.IndexOf(key, row);
        }
    }

    private bool TryGet(ReadOnlySpan<int> key, out float score)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<int>>().TryGetValue(key, out score))
            return true;
        if (!_old.GetAlternateLookup<ReadOnlySpan<int>>().Remove(key, out ReadOnlyMemory<int> tokens, out score))
            return false;
        Remember(tokens, score);
        return true;
    }

    private void Remember(ReadOnlyMemory<int> key, float score)
    {
        if (_young.Count == _perGeneration)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[key] = score;
    }
}
