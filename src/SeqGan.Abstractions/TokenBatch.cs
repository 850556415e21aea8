namespace SeqGan;

/// <summary>
/// A view of sequences as token ids: a row-major matrix, [<see cref="Count"/>, <see cref="Length"/>]; each row is a sequence, then padding.
/// </summary>
/// <remarks>
/// A batch owns no memory. As the argument of a contract's method it is valid until that call completes; copy it if you need it longer.
/// Several threads may read it.
/// </remarks>
public readonly struct TokenBatch
{
    /// <summary>Creates a view.</summary>
    /// <param name="tokens">Token ids, [<paramref name="count"/>, <paramref name="length"/>] in row-major order.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="length">The number of columns, padding included.</param>
    /// <param name="lengths">The length of each sequence, [<paramref name="count"/>]; empty if all have <paramref name="length"/>.</param>
    /// <param name="labels">The label of each sequence, [<paramref name="count"/>]; empty if they have none.</param>
    /// <exception cref="ArgumentException">An argument has fewer values than its shape needs.</exception>
    public TokenBatch(
        ReadOnlyMemory<int> tokens, int count, int length, ReadOnlyMemory<int> lengths = default, ReadOnlyMemory<int> labels = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (tokens.Length < (long)count * length)
            throw new ArgumentException(
                $"{count} sequences of {length} columns need {(long)count * length} tokens; there are {tokens.Length}.", nameof(tokens));
        if (!lengths.IsEmpty && lengths.Length < count)
            throw new ArgumentException($"{count} sequences need {count} lengths; there are {lengths.Length}.", nameof(lengths));
        if (!labels.IsEmpty && labels.Length < count)
            throw new ArgumentException($"{count} sequences need {count} labels or none; there are {labels.Length}.", nameof(labels));
        (Count, Length, Tokens) = (count, length, tokens[..(count * length)]);
        Lengths = lengths.IsEmpty ? lengths : lengths[..count];
        Labels = labels.IsEmpty ? labels : labels[..count];
    }

    /// <summary>The number of sequences.</summary>
    public int Count { get; }

    /// <summary>The number of columns, padding included.</summary>
    public int Length { get; }

    /// <summary>Token ids, [<see cref="Count"/>, <see cref="Length"/>].</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>The number of tokens of each sequence, [<see cref="Count"/>]; empty if every row is full.</summary>
    public ReadOnlyMemory<int> Lengths { get; }

    /// <summary>The label (condition) of each sequence, [<see cref="Count"/>]; empty if the sequences have none.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>The number of tokens of all sequences together, without padding.</summary>
    public int TokenCount
    {
        get
        {
            int total = Lengths.IsEmpty ? Count * Length : 0;
            foreach (int length in Lengths.Span)
                total += length;
            return total;
        }
    }

    /// <summary>One sequence without its padding; the row is in [0, <see cref="Count"/>).</summary>
    public ReadOnlySpan<int> this[int row] => Tokens.Span.Slice(row * Length, LengthOf(row));

    /// <summary>A view of some consecutive rows, as in <c>batch[..8]</c>.</summary>
    public TokenBatch this[Range rows]
    {
        get
        {
            (int start, int count) = rows.GetOffsetAndLength(Count);
            return Slice(start, count);
        }
    }

    /// <summary>The number of tokens of one sequence, without padding; the row is in [0, <see cref="Count"/>).</summary>
    public int LengthOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return Lengths.IsEmpty ? Length : Lengths.Span[row];
    }

    /// <summary>A view of <paramref name="count"/> rows, from the row <paramref name="start"/> on.</summary>
    public TokenBatch Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)Count, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Count - start), nameof(count));
        return new TokenBatch(
            Tokens.Slice(start * Length, count * Length), count, Length, Lengths.IsEmpty ? Lengths : Lengths.Slice(start, count),
            Labels.IsEmpty ? Labels : Labels.Slice(start, count));
    }

    /// <summary>A copy of <paramref name="count"/> rows, at least 0, at even distances; this view itself if it has no more rows.</summary>
    public TokenBatch TakeEvenly(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= Count)
            return this;
        int[] tokens = new int[count * Length], lengths = new int[count], labels = new int[Labels.IsEmpty ? 0 : count];
        for (int i = 0; i < count; i++)
        {
            int row = (int)((long)i * Count / count);
            Tokens.Span.Slice(row * Length, Length).CopyTo(tokens.AsSpan(i * Length));
            lengths[i] = LengthOf(row);
            if (labels.Length > 0)
                labels[i] = Labels.Span[row];
        }

        return new TokenBatch(tokens, count, Length, lengths, labels);
    }
}
