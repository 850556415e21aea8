namespace SeqGan.Conformance;

/// <summary>Makes sequences of a format, and variations of a batch.</summary>
internal static class TestSequences
{
    /// <summary>Tokens that are neither the end nor the padding nor the unknown token.</summary>
    public static int[] OrdinaryTokens(SequenceFormat format) =>
        [.. Enumerable.Range(0, format.VocabularySize).Where(token => token != format.EndToken && format.CanGenerate(token))];

    /// <summary>
    /// Complete sequences of random tokens and, where the format has an end token, of random lengths; where it has labels, of the first
    /// one.
    /// </summary>
    public static TokenBatch Create(SequenceFormat format, int count, ulong seed) => Create(format, count, seed, OrdinaryTokens(format));

    /// <summary>The same, of some tokens only.</summary>
    public static TokenBatch Create(SequenceFormat format, int count, ulong seed, ReadOnlySpan<int> tokens)
    {
        var lengths = new RandomKey(seed, RandomPurpose.User, 1);
        var draws = new RandomKey(seed, RandomPurpose.User, 2);
        var buffer = new SequenceBuffer(format, count);
        for (int row = 0; row < count; row++)
        {
            // The first two rows are the extremes: shortest, and cut off at the maximum.
            int ordinary = format.MaxLength;
            if (format.EndToken is not null)
                ordinary = tokens.IsEmpty || row == 0 ? 0 : row == 1 ? format.MaxLength
                    : (int)(lengths.NextUniform(row) * (format.MaxLength + 1));
            Span<int> destination = buffer.Row(row);
            for (int i = 0; i < ordinary; i++)
                destination[i] = tokens[(int)(draws.NextUniform(row, 0, i) * tokens.Length)];
            int length = ordinary;
            if (format.EndToken is { } end && ordinary < format.MaxLength)
                destination[length++] = end;
            buffer.SetLength(row, length);
        }

        return buffer.AsBatch();
    }

    /// <summary>A copy whose padding is another token in every place.</summary>
    public static TokenBatch WithOtherPadding(SequenceFormat format, TokenBatch batch)
    {
        int[] tokens = batch.Tokens.ToArray();
        for (int row = 0; row < batch.Count; row++)
        {
            for (int i = batch.LengthOf(row); i < batch.Length; i++)
                tokens[(row * batch.Length) + i] = (row + i) % format.VocabularySize;
        }

        return new TokenBatch(tokens, batch.Count, batch.Length, batch.Lengths, batch.Labels);
    }

    /// <summary>The first columns of a batch.</summary>
    public static TokenBatch Narrow(TokenBatch batch, int columns)
    {
        int[] tokens = new int[batch.Count * columns];
        int[] lengths = new int[batch.Count];
        for (int row = 0; row < batch.Count; row++)
        {
            batch.Tokens.Span.Slice(row * batch.Length, columns).CopyTo(tokens.AsSpan(row * columns));
            lengths[row] = Math.Min(columns, batch.LengthOf(row));
        }

        return new TokenBatch(tokens, batch.Count, columns, lengths, batch.Labels);
    }

    /// <summary>A copy with its rows in the opposite order.</summary>
    public static TokenBatch Reversed(TokenBatch batch)
    {
        int[] tokens = new int[batch.Count * batch.Length];
        int[] lengths = new int[batch.Count];
        for (int row = 0; row < batch.Count; row++)
        {
            batch.Tokens.Span.Slice(row * batch.Length, batch.Length).CopyTo(tokens.AsSpan((batch.Count - 1 - row) * batch.Length));
            lengths[batch.Count - 1 - row] = batch.LengthOf(row);
        }

        int[] labels = batch.Labels.ToArray();
        Array.Reverse(labels);
        return new TokenBatch(tokens, batch.Count, batch.Length, lengths, labels);
    }

    /// <summary>A copy with one token replaced.</summary>
    public static TokenBatch WithToken(TokenBatch batch, int index, int token)
    {
        int[] tokens = batch.Tokens.ToArray();
        tokens[index] = token;
        return new TokenBatch(tokens, batch.Count, batch.Length, batch.Lengths, batch.Labels);
    }
}
