namespace SeqGan;

/// <summary>BLEU-1 to BLEU-N of one sequence, or their means over many.</summary>
/// <remarks>Immutable.</remarks>
public sealed class BleuScores
{
    private readonly double[] _scores;

    internal BleuScores(double[] scores) => _scores = scores;

    /// <summary>N: the longest n-grams that were counted.</summary>
    public int MaximumOrder => _scores.Length;

    /// <summary>BLEU-n, with uniform weights over the orders 1 to n; in [0, 1], higher is closer to the references.</summary>
    /// <param name="order">n, in [1, <see cref="MaximumOrder"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is out of range.</exception>
    public double this[int order] => order >= 1 && order <= _scores.Length
        ? _scores[order - 1]
        : throw new ArgumentOutOfRangeException(nameof(order), order, $"N-grams of 1 to {_scores.Length} tokens were counted.");

    /// <summary>The scores by n, from 1.</summary>
    public IReadOnlyDictionary<int, double> ToDictionary() => Enumerable.Range(1, _scores.Length).ToDictionary(order => order, order => this[order]);
}
