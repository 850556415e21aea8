namespace SeqGan;

/// <summary>Sequences of any lengths, each token a number, for metrics: without end tokens and padding.</summary>
/// <remarks>
/// Sets that are compared must be numbered alike: batches of one vocabulary are; texts are by one <see cref="TokenNumbering"/>.
/// A copy of what it was made of. Immutable and thread-safe.
/// </remarks>
public sealed class TokenSequences
{
    private readonly int[] _tokens;
    private readonly int[] _starts;

    private TokenSequences(int[] tokens, int[] starts)
    {
        _tokens = tokens;
        _starts = starts;
    }

    /// <summary>The number of sequences.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The number of tokens of all sequences.</summary>
    public int TokenCount => _tokens.Length;

    /// <summary>A sequence; perhaps empty.</summary>
    /// <param name="index">In [0, <see cref="Count"/>).</param>
    public ReadOnlySpan<int> this[int index] => _tokens.AsSpan(_starts[index].._starts[index + 1]);

    /// <summary>Copies sequences.</summary>
    /// <param name="sequences">Tokens as any numbers, without end tokens and padding.</param>
    /// <exception cref="ArgumentException">A sequence is null, or all together have more tokens than an array can hold.</exception>
    public static TokenSequences Of(IEnumerable<IReadOnlyList<int>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var tokens = new List<int>();
        var starts = new List<int> { 0 };
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            tokens.AddRange(sequence ?? throw new ArgumentException($"Sequence {starts.Count - 1} is null.", nameof(sequences)));
            starts.Add(tokens.Count);
        }

        return new TokenSequences([.. tokens], [.. starts]);
    }

    /// <summary>Copies the sequences of a batch, without their end tokens.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="format">Their format.</param>
    public static TokenSequences Of(TokenBatch sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        int[] tokens = new int[sequences.TokenCount], starts = new int[sequences.Count + 1];
        int filled = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> sequence = sequences[row];
            if (format.EndToken is { } end && sequence.EndsWith([end]))
                sequence = sequence[..^1];
            sequence.CopyTo(tokens.AsSpan(filled));
            starts[row + 1] = filled += sequence.Length;
        }

        return new TokenSequences(tokens[..filled], starts);
    }

    /// <exception cref="ArgumentException">There is no sequence.</exception>
    internal void ThrowIfEmpty(string parameterName)
    {
        if (Count == 0)
            throw new ArgumentException("There are no sequences; a metric needs at least one.", parameterName);
    }
}
