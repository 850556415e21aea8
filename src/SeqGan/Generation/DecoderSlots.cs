using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Generation;

/// <summary>
/// The different inputs that completions go on from: the sequences, or where all completions are of one sequence, that one with each label.
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
internal sealed class DecoderSlots
{
    private const int Idle = -1;

    private readonly SequenceFormat _format;
    private readonly SequenceBuffer _destination;
    private readonly Completion[] _completions;
    private readonly PrefixSources _sources;
    private readonly int[] _completion;
    private readonly int[] _position;
    private readonly ConstraintGuard? _guard;
    private readonly AllowedTokens _room;
    private readonly int[] _constraintStates;
    private readonly ulong[] _allowed;
    private int _next;

    public DecoderSlots(
        int count, SequenceFormat format, SequenceBuffer destination, ReadOnlySpan<Completion> completions, PrefixSources sources,
        ConstraintGuard? guard)
    {
        _format = format;
        _destination = destination;
        _completions = completions.ToArray();
        _sources = sources;
        _completion = new int[count];
        _position = new int[count];
        _guard = guard;
        _room = new AllowedTokens(format.VocabularySize);
        _constraintStates = new int[guard is null ? 0 : count];
        _allowed = new ulong[_constraintStates.Length * _room.Bits.Length];
        Inputs = new long[count];
        Array.Fill(_completion, Idle);
        Array.Fill(Inputs, format.StartToken);
    }

    public int Count => _completion.Length;

    public int Active { get; private set; }

    /// <summary>The token that each slot is fed next.</summary>
    public long[] Inputs { get; }

    /// <summary>Gives every idle slot the next completion that is not complete yet, and the state of its prefix.</summary>
    public void Refill(RecurrentState state, RecurrentState prefixes, Device device)
    {
        List<long>? slots = null, sources = null;
        for (int slot = 0; slot < Count && _next < _completions.Length; slot++)
        {
            if (_completion[slot] != Idle || !TryTakeNext(out int index))
                continue;
            int prefix = _completions[index].PrefixLength;
            _completion[slot] = index;
            _position[slot] = prefix;
            if (_guard is not null)
                _constraintStates[slot] = StateAfter(_guard, _destination.Row(index)[..prefix]);
            Inputs[slot] = prefix == 0 ? _sources.StartInput(_completions[index]) : _destination.Row(index)[prefix - 1];
            (slots ??= []).Add(slot);
            (sources ??= []).Add(prefix == 0 ? 0 : (long)prefix * _sources.Count + _sources.IndexOf(_completions[index]));
            Active++;
        }

        if (slots is null)
            return;
        using Tensor to = tensor(slots.ToArray(), device: device);
        using Tensor from = tensor(sources!.ToArray(), device: device);
        state.CopyRows(to, prefixes, from);
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
        if (_guard is null)
            return null;
        int words = _room.Bits.Length;
        for (int slot = 0; slot < Count; slot++)
        {
            Span<ulong> bits = _allowed.AsSpan(slot * words, words);
            if (_completion[slot] == Idle)
                bits.Fill(ulong.MaxValue);
            else
                _guard.Allow(_constraintStates[slot], _destination.Row(_completion[slot])[.._position[slot]], _room).Bits.CopyTo(bits);
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
            int index = _completion[slot], token = Checked(tokens[slot], _format), position = _position[slot]++;
            _destination.Row(index)[position] = token;
            Inputs[slot] = token;
            if (token != _format.EndToken && position + 1 < _format.MaxLength)
            {
                if (_guard is not null)
                    _constraintStates[slot] = _guard.Advance(_constraintStates[slot], _destination.Row(index)[..position], token);
                continue;
            }

            _destination.SetLength(index, _position[slot]);
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
            bool isComplete = prefix == _format.MaxLength || (prefix > 0 && _destination.Row(index)[prefix - 1] == _format.EndToken);
            if (!isComplete)
                return true;
        }

        index = Idle;
        return false;
    }
}
