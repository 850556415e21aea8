namespace SeqGan;

/// <summary>
/// Scores how little a sequence repeats itself: the share of different n-grams among its n-grams, which is 1 - seq-rep-n (Welleck et al.
/// 2020, "Neural Text Generation with Unlikelihood Training").
/// </summary>
/// <remarks>
/// Scores are in (0, 1]; 1 where no n-gram comes twice, also where there are fewer than n tokens. Padding and the end token are no part
/// of an n-gram. May run beside other scorers.
/// </remarks>
public sealed class RepetitionScorer : ISequenceScorer
{
    private const int LargestOrder = 16;

    private readonly NGramNumbering[] _numberings;
    private readonly int? _endToken;

    /// <summary>Creates the scorer.</summary>
    /// <param name="order">n, in [1, 16].</param>
    /// <param name="format">Names the end token; null where sequences have none.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <exception cref="ArgumentException">The order is out of range, or the name is empty.</exception>
    public RepetitionScorer(int order = 4, SequenceFormat? format = null, string name = "repetition")
    {
        if (order is < 1 or > LargestOrder)
            throw new ArgumentOutOfRangeException(nameof(order), order, $"The n of an n-gram is in [1, {LargestOrder}].");
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _numberings = [.. Enumerable.Range(0, order).Select(_ => new NGramNumbering())];
        (_endToken, Name) = (format?.EndToken, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool AllowsConcurrency => true;

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scores.Span[row] = ShareOfDifferent(SequenceSet.Words(sequences, row, _endToken));
        }

        return ValueTask.CompletedTask;
    }

    private float ShareOfDifferent(ReadOnlySpan<int> words)
    {
        if (words.Length < _numberings.Length)
            return 1;
        using var ids = new NGramIds(words);
        foreach (NGramNumbering numbering in _numberings)
        {
            numbering.Clear();
            ids.Add(numbering);
        }

        return (float)_numberings[^1].Count / ids.Count;
    }
}
