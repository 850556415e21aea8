using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>The weighted sum of several scorers, each asked for the same sequences.</summary>
/// <remarks>
/// A score of NaN is "not applicable" and left out of its sequence's sum; where no scorer applies, the sum is NaN. Scorers that
/// allow it run beside the others; a failure of one stops them, and is thrown when all have ended. Not thread-safe. The scorers
/// stay the caller's to dispose.
/// </remarks>
public sealed class WeightedScorer : IAdaptiveScorer, IScoreTally, ICompositeComponent
{
    private readonly ScorerParts _parts;
    private double[] _sums = [];

    /// <summary>Creates the sum.</summary>
    /// <param name="parts">Scorers and their weights, which are finite and may be negative; at least one, and not all weights 0.</param>
    /// <exception cref="ArgumentException">No scorer, a scorer without a name, a weight that is not finite, or no weight but 0.</exception>
    [OverloadResolutionPriority(1)]
    public WeightedScorer(IEnumerable<(ISequenceScorer Scorer, double Weight)> parts)
        : this(ScorerParts.Constant(parts))
    {
    }

    /// <summary>Creates the sum with weights that may change with the round.</summary>
    /// <param name="components">Scorers and their weights, which may be negative; at least one. Outside a training the weights are those of round 1.</param>
    /// <exception cref="ArgumentException">No scorer, a scorer without a name, or weights that are not valid, or all 0, in round 1.</exception>
    public WeightedScorer(IEnumerable<RewardComponent> components) => _parts = new ScorerParts(components, double.NegativeInfinity);

    /// <summary>The scorers' names.</summary>
    public string Name => _parts.Name;

    /// <summary>Whether all of its scorers may run beside others.</summary>
    public bool AllowsConcurrency => _parts.AllowsConcurrency;

    IEnumerable<KeyValuePair<string, long>> IScoreTally.NotApplicable => _parts.NotApplicable;

    IEnumerable<ScoreSummary> IScoreTally.Components => _parts.Components;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => _parts.Scorers;

    internal ScorerParts Parts => _parts;

    /// <inheritdoc/>
    /// <exception cref="ScorerException">A weight of the round is not valid, or all are 0.</exception>
    public void BeginBatch(RewardRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _parts.BeginBatch(request);
    }

    /// <inheritdoc/>
    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores) => _parts.EndBatch(sequences);

    /// <inheritdoc/>
    /// <exception cref="ScorerException">A scorer failed, left scores unwritten, or wrote an infinite one.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        await _parts.ScoreAsync(sequences, cancellationToken).ConfigureAwait(false);
        if (_sums.Length < sequences.Count)
            _sums = new double[sequences.Count];
        Span<double> sums = _sums.AsSpan(0, sequences.Count);
        sums.Fill(double.NaN);
        for (int part = 0; part < _parts.Count; part++)
            Add(sums, _parts.ScoresOf(part, sequences.Count), _parts.WeightOf(part));
        for (int row = 0; row < sequences.Count; row++)
            scores.Span[row] = (float)sums[row];
    }

    private static void Add(Span<double> sums, ReadOnlySpan<float> scores, double weight)
    {
        for (int row = 0; row < scores.Length; row++)
        {
            if (!float.IsNaN(scores[row]))
                sums[row] = (double.IsNaN(sums[row]) ? 0 : sums[row]) + weight * scores[row];
        }
    }
}
