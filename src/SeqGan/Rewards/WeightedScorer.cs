namespace SeqGan;

/// <summary>The weighted sum of several scorers, each asked for the same sequences one after the other.</summary>
/// <remarks>
/// A score of NaN is "not applicable" and left out of its sequence's sum; where no scorer applies, the sum is NaN. Not
/// thread-safe. The scorers stay the caller's to dispose.
/// </remarks>
public sealed class WeightedScorer : ISequenceScorer, IScoreTally
{
    private readonly (CheckedScorer Scorer, double Weight)[] _parts;
    private float[] _scores = [];
    private double[] _sums = [];

    /// <summary>Creates the sum.</summary>
    /// <param name="parts">Scorers and their weights, which are finite and may be negative; at least one.</param>
    /// <exception cref="ArgumentException">No scorer, a scorer without a name, or a weight that is not finite.</exception>
    public WeightedScorer(IEnumerable<(ISequenceScorer Scorer, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (ISequenceScorer Scorer, double Weight)[] all = [.. parts];
        if (all.Length == 0)
            throw new ArgumentException("A weighted sum needs at least one scorer.", nameof(parts));
        foreach ((ISequenceScorer scorer, double weight) in all)
        {
            if (!double.IsFinite(weight))
                throw new ArgumentException($"The weight of scorer '{scorer?.Name}' is {weight}; weights are finite.", nameof(parts));
        }

        _parts = Array.ConvertAll(all, part => (new CheckedScorer(part.Scorer), part.Weight));
        Name = string.Join(" + ", all.Select(part => part.Scorer.Name));
    }

    /// <summary>The scorers' names.</summary>
    public string Name { get; }

    IEnumerable<KeyValuePair<string, long>> IScoreTally.NotApplicable => _parts.SelectMany(part => part.Scorer.NotApplicable);

    /// <inheritdoc/>
    /// <exception cref="ScorerException">A scorer failed, left scores unwritten, or wrote an infinite one.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        if (_scores.Length < sequences.Count)
            (_scores, _sums) = (new float[sequences.Count], new double[sequences.Count]);
        _sums.AsSpan().Fill(double.NaN);
        foreach ((CheckedScorer scorer, double weight) in _parts)
        {
            Memory<float> part = _scores.AsMemory(0, sequences.Count);
            await scorer.ScoreAsync(sequences, part, cancellationToken).ConfigureAwait(false);
            Add(part.Span, weight);
        }

        for (int row = 0; row < sequences.Count; row++)
            scores.Span[row] = (float)_sums[row];
    }

    private void Add(ReadOnlySpan<float> scores, double weight)
    {
        for (int row = 0; row < scores.Length; row++)
        {
            if (!float.IsNaN(scores[row]))
                _sums[row] = (double.IsNaN(_sums[row]) ? 0 : _sums[row]) + weight * scores[row];
        }
    }
}
