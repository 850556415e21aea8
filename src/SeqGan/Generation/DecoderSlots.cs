namespace SeqGan.Generation;

/// <summary>
/// The different inputs that completions continue: the sequences, or where all completions are of one sequence, that one with each label.
/// </summary>
internal sealed class PrefixSources(TokenBatch sequences, ReadOnlyMemory<int> labels, SequenceFormat format)
{
    // The one sequence of a batch of one has one label.
    private readonly bool _isByLabel = sequences.Count == 1 && labels.Length > 1;

    public int Count => _isByLabel ? format.LabelCount : sequences.Count;

    /// <summary>The sequence of a source.</summary>
    public ReadOnlySpan<int> this[int source] => sequences[sequences.Count == 1 ? 0 : source];

    /// <summary>The source of a completion.</summary>
    public int IndexOf(Completion completion) => _isByLabel ? labels.Span[completion.Row] : sequences.Count == 1 ? 0 : completion.Row;

    /// <summary>What a source begins with.</summary>
    public int StartInput(int source) => _isByLabel ? format.VocabularySize + source : format.StartInput(labels.Span, source);

    /// <summary>What a completion begins with.</summary>
    public int StartInput(Completion completion) => format.StartInput(labels.Span, completion.Row);

    /// <summary>Writes each completion's label.</summary>
    public void CopyLabels(ReadOnlySpan<Completion> completions, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = labels.Span[completions[i].Row];
    }
}

/// <summary>Which completion each slot of the decoder is working on, and how far it is.</summary>
internal sealed class DecoderSlots(
    int count, SequenceFormat format, SequenceBuffer destination, ReadOnlySpan<Completion> completions, PrefixSources sources,
    ConstraintGuard? guard)
{
    private const int Idle = -1;

    private readonly Completion[] _completions = completions.ToArray();
    private readonly int[] _completion = [.. Enumerable.Repeat(Idle, count)];
    private readonly int[] _position = new int[count];
    private readonly AllowedTokens _room = new(format.VocabularySize);
    private readonly int[] _constraintStates = new int[count];
    private readonly ulong[] _allowed = guard is null ? [] : new ulong[count * TokenMask.CountWords(format.VocabularySize)];
    private int _next;

    public int Count => _completion.Length;

    public int Active { get; private set; }

    /// <summary>The token that each slot is fed next.</summary>
    public long[] Inputs { get; } = [.. Enumerable.Repeat((long)format.StartToken, count)];

    /// <summary>Gives every idle slot the next completion that is not complete yet, and the state of its prefix.</summary>
    public void Refill(RowStates state, RowStates prefixes, Device device)
    {
        List<long> slots = [], from = [];
        for (int slot = 0; slot < Count && _next < _completions.Length; slot++)
        {
            if (_completion[slot] != Idle || !TryTakeNext(out int index))
                continue;
            int prefix = _completions[index].PrefixLength;
            _completion[slot] = index;
            _position[slot] = prefix;
            if (guard is not null)
                _constraintStates[slot] = StateAfter(guard, destination.Row(index)[..prefix]);
            Inputs[slot] = prefix == 0 ? sources.StartInput(_completions[index]) : destination.Row(index)[prefix - 1];
            slots.Add(slot);
            from.Add(prefix == 0 ? 0 : (long)prefix * sources.Count + sources.IndexOf(_completions[index]));
            Active++;
        }

        if (slots.Count == 0)
            return;
        using Tensor rows = tensor(slots, device: device), sourceRows = tensor(from, device: device);
        state.Restore(rows, prefixes, sourceRows);
    }

    /// <summary>The uniform number of each slot's next token.</summary>
    public void Draw(Span<float> uniforms, RandomKey key, int firstRow)
    {
        for (int slot = 0; slot < Count; slot++)
        {
            if (_completion[slot] == Idle)
                continue;
            (int row, _, int sample) = _completions[_completion[slot]];
            uniforms[slot] = key.NextUniform(firstRow + row, sample, _position[slot]);
        }
    }

    /// <summary>The tokens that each slot may draw next, as bits, [slots, words]; null if all. Valid until the next call.</summary>
    /// <exception cref="ConstraintException">The constraint allows nothing.</exception>
    public ulong[]? Allow()
    {
        if (guard is null)
            return null;
        int words = _room.Bits.Length;
        for (int slot = 0; slot < Count; slot++)
        {
            Span<ulong> bits = _allowed.AsSpan(slot * words, words);
            if (_completion[slot] == Idle)
                bits.Fill(ulong.MaxValue);
            else
                guard.Allow(_constraintStates[slot], destination.Row(_completion[slot])[.._position[slot]], _room).Bits.CopyTo(bits);
        }

        return _allowed;
    }

    /// <summary>Appends each active slot's token and frees the slots whose sequence has ended.</summary>
    public void Accept(ReadOnlySpan<long> tokens)
    {
        for (int slot = 0; slot < Count; slot++)
        {
            if (_completion[slot] == Idle)
                continue;
            int index = _completion[slot], token = Checked(tokens[slot], format), position = _position[slot]++;
            destination.Row(index)[position] = token;
            Inputs[slot] = token;
            if (token != format.EndToken && position + 1 < format.MaxLength)
            {
                if (guard is not null)
                    _constraintStates[slot] = guard.Advance(_constraintStates[slot], destination.Row(index)[..position], token);
                continue;
            }

            destination.SetLength(index, _position[slot]);
            _completion[slot] = Idle;
            Active--;
        }
    }

    /// <exception cref="SeqGanException">The token was drawn from probabilities that are not finite.</exception>
    public static int Checked(long token, SequenceFormat format) => token < format.VocabularySize
        ? (int)token
        : throw new SeqGanException(
            "The generator's probabilities are not finite: its weights have diverged. "
            + "Train it again with a lower learning rate or from earlier weights.");

    private int StateAfter(ConstraintGuard guard, ReadOnlySpan<int> prefix)
    {
        int state = guard.InitialState;
        for (int length = 1; length <= prefix.Length; length++)
            state = guard.Follow(state, prefix[..length], _room);
        return state;
    }

    private bool TryTakeNext(out int index)
    {
        while (_next < _completions.Length)
        {
            index = _next++;
            int prefix = _completions[index].PrefixLength;
            if (prefix < format.MaxLength && (prefix == 0 || destination.Row(index)[prefix - 1] != format.EndToken))
                return true;
        }

        index = Idle;
        return false;
    }
}
