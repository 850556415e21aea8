using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>The product of the scores of several scorers, each to the power of its weight: where one is 0, the product is.</summary>
/// <remarks>
/// A score of NaN is "not applicable" and left out of its sequence's product; where no scorer applies, the product is NaN. A negative
/// score is a <see cref="ScorerException"/>. Scorers that allow it run beside the others; a failure of one stops them, and is thrown
/// when all have ended. Not thread-safe. The scorers stay the caller's to dispose.
/// </remarks>
public sealed class ProductScorer : IAdaptiveScorer, IScoreTally, ICompositeComponent
{
    private readonly ScorerParts _parts;
    private double[] _products = [];

    /// <summary>Creates the product.</summary>
    /// <param name="parts">Scorers and their powers, which are finite and at least 0; at least one, and not all powers 0.</param>
    /// <exception cref="ArgumentException">No scorer, a scorer without a name, or a power that is not finite, negative, or none but 0.</exception>
    [OverloadResolutionPriority(1)]
    public ProductScorer(IEnumerable<(ISequenceScorer Scorer, double Weight)> parts)
        : this(ScorerParts.Constant(parts))
    {
    }

    /// <summary>Creates the product with powers that may change with the round.</summary>
    /// <param name="components">Scorers and their powers, at least 0; at least one. Outside a training the powers are those of round 1.</param>
    /// <exception cref="ArgumentException">No scorer, a scorer without a name, or powers that are not valid, or all 0, in round 1.</exception>
    public ProductScorer(IEnumerable<RewardComponent> components) => _parts = new ScorerParts(components, minimumWeight: 0);

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
    /// <exception cref="ScorerException">A scorer failed, left scores unwritten, or wrote an infinite or a negative one.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        await _parts.ScoreAsync(sequences, cancellationToken).ConfigureAwait(false);
        if (_products.Length < sequences.Count)
            _products = new double[sequences.Count];
        Span<double> products = _products.AsSpan(0, sequences.Count);
        products.Fill(double.NaN);
        for (int part = 0; part < _parts.Count; part++)
            Multiply(products, part);
        for (int row = 0; row < sequences.Count; row++)
            scores.Span[row] = (float)products[row];
    }

    private void Multiply(Span<double> products, int part)
    {
        ReadOnlySpan<float> scores = _parts.ScoresOf(part, products.Length);
        double weight = _parts.WeightOf(part);
        for (int row = 0; row < scores.Length; row++)
        {
            if (float.IsNaN(scores[row]))
                continue;
            if (scores[row] < 0)
                throw new ScorerException(_parts.NameOf(part), $"Scorer '{_parts.NameOf(part)}' gave sequence {row} of {scores.Length} the score {scores[row]}; in a product scores are at least 0.");
            products[row] = (double.IsNaN(products[row]) ? 1 : products[row]) * (weight == 1 ? scores[row] : Math.Pow(scores[row], weight));
        }
    }
}
