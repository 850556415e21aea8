namespace SeqGan;

/// <summary>What a constraint allows at each cell of a batch, cell by cell in row-major order; everything at padding and after a violation.</summary>
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
