namespace SeqGan.Generation;

/// <summary>
/// What a constraint allows at each cell of a batch, cell by cell in row-major order; everything at padding and after a violation.
/// </summary>
internal sealed class BatchMask(ConstraintGuard guard, TokenBatch sequences)
{
    private readonly AllowedTokens _room = new(guard.Format.VocabularySize);
    private readonly int[] _allowedLengths = new int[sequences.Count];
    private int _row, _position, _state = guard.InitialState;

    /// <summary>How many tokens of a sequence, from the first one, are allowed; known once its cells have been read.</summary>
    public int AllowedLengthOf(int row) => _allowedLengths[row];

    /// <summary>The next cells as bits, [count, words]; cells beyond the batch allow everything.</summary>
    /// <exception cref="ConstraintException">The constraint failed.</exception>
    public ulong[] Next(int count)
    {
        int words = _room.Bits.Length;
        ulong[] bits = new ulong[count * words];
        for (int cell = 0; cell < count; cell++)
            Read(bits.AsSpan(cell * words, words));
        return bits;
    }

    private void Read(Span<ulong> bits)
    {
        ReadOnlySpan<int> sequence = _row < sequences.Count ? sequences[_row] : [];
        bool isOver = _position >= sequence.Length || _allowedLengths[_row] < _position || !TryRead(sequence, bits);
        if (isOver)
            bits.Fill(ulong.MaxValue);
        if (++_position < sequences.Length)
            return;
        (_position, _state) = (0, guard.InitialState);
        _row++;
    }

    private bool TryRead(ReadOnlySpan<int> sequence, Span<ulong> bits)
    {
        ReadOnlySpan<int> prefix = sequence[.._position];
        if (!guard.TryAllow(_state, prefix, _room, out AllowedTokens allowed) || !allowed.Contains(sequence[_position]))
            return false;
        allowed.Bits.CopyTo(bits);
        _allowedLengths[_row]++;
        if (_position + 1 < sequence.Length)
            _state = guard.Advance(_state, prefix, sequence[_position]);
        return true;
    }
}

/// <summary>The tokens that a constraint removes from a distribution.</summary>
internal static class ForbiddenTokens
{
    /// <summary>Makes the logits of tokens that are not allowed minus infinity.</summary>
    /// <param name="logits">[rows, vocabulary]; changed in place.</param>
    /// <param name="allowed">The allowed tokens of each row as bits, [rows, words].</param>
    public static void Remove(Tensor logits, ReadOnlySpan<ulong> allowed)
    {
        using Tensor forbidden = Of(logits, allowed);
        using Scalar never = float.NegativeInfinity;
        logits.masked_fill_(forbidden, never);
    }

    /// <summary>The tokens that are not allowed, [rows, vocabulary].</summary>
    public static Tensor Of(Tensor logits, ReadOnlySpan<ulong> allowed)
    {
        int rows = (int)logits.shape[0], vocabulary = (int)logits.shape[1], words = TokenMask.CountWords(vocabulary);
        bool[] forbidden = new bool[(long)rows * vocabulary];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<ulong> bits = allowed.Slice(row * words, words);
            Span<bool> tokens = forbidden.AsSpan(row * vocabulary, vocabulary);
            for (int token = 0; token < tokens.Length; token++)
                tokens[token] = (bits[token >> 6] >> token & 1) == 0;
        }

        return tensor(forbidden, [rows, vocabulary], device: logits.device);
    }
}
