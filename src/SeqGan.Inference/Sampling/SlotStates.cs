namespace SeqGan.Sampling;

/// <summary>What a network knows of the sequences in a worker's slots, after the tokens that they were fed.</summary>
internal abstract unsafe class SlotStates
{
    /// <summary>The hidden states of the last tokens, [slots, <see cref="CompiledNetwork.StateWidth"/>].</summary>
    public abstract float* Hidden { get; }

    /// <summary>Sets the first slots to the state before any token; nothing that was saved is used any more.</summary>
    public abstract void Clear(int slots);

    /// <summary>Feeds the first slots their tokens.</summary>
    public abstract void Advance(int slots, ReadOnlySpan<int> tokens);

    /// <summary>Makes room to save so many states.</summary>
    public abstract void ReserveSaved(int count);

    public abstract void Save(int slot, int place);

    /// <summary>Brings a slot to a saved state.</summary>
    public abstract void Restore(int slot, int place);

    /// <summary>Moves a slot's state to another slot, whose own is lost.</summary>
    public abstract void Move(int from, int to);
}

/// <summary>The states of recurrent layers.</summary>
internal sealed unsafe class RecurrentStates : SlotStates
{
    private readonly CompiledRecurrence _network;
    private readonly Kernels _kernels;
    private readonly AlignedArray[] _hidden, _cells, _states, _saved;
    private readonly AlignedArray _gates;
    private readonly AlignedArray? _inputs;

    public RecurrentStates(CompiledRecurrence network, Kernels kernels, int slots)
    {
        (_network, _kernels) = (network, kernels);
        _hidden = [.. network.Layers.Select(_ => new AlignedArray((long)slots * network.StateWidth))];
        _cells = network.HasCells ? [.. _hidden.Select(state => new AlignedArray(state.Length))] : [];
        _states = [.. _hidden, .. _cells];
        _saved = [.. _states.Select(_ => new AlignedArray())];
        _gates = new AlignedArray((long)slots * network.GateColumns);
        _inputs = network.InputTable is null ? new AlignedArray((long)slots * network.EmbeddingSize) : null;
    }

    public override float* Hidden => _hidden[^1].Pointer;

    public override void Clear(int slots)
    {
        foreach (AlignedArray state in _states)
            state.Span[..(slots * _network.StateWidth)].Clear();
    }

    public override void Advance(int slots, ReadOnlySpan<int> tokens)
    {
        for (int layer = 0; layer < _hidden.Length; layer++)
        {
            CompiledLayer weights = _network.Layers[layer];
            if (layer == 0)
                FeedTokens(slots, tokens, weights);
            else
                weights.Begin(_kernels, _hidden[layer - 1].Pointer, _network.StateWidth, slots, _gates.Pointer);
            float* hidden = _hidden[layer].Pointer, cells = _cells.Length > 0 ? _cells[layer].Pointer : null;
            var step = new CellStep(slots, _network.StateWidth)
            {
                Gates = _gates.Pointer,
                Previous = hidden,
                Hidden = hidden,
                PreviousCells = cells,
                Cells = cells,
                Squashed = hidden,
            };
            weights.Advance(_kernels, step);
        }
    }

    public override void ReserveSaved(int count)
    {
        foreach (AlignedArray saved in _saved)
            saved.Reserve((long)count * _network.StateWidth);
    }

    public override void Save(int slot, int place) => Copy(_states, slot, _saved, place);

    public override void Restore(int slot, int place) => Copy(_saved, place, _states, slot);

    public override void Move(int from, int to) => Copy(_states, from, _states, to);

    private void FeedTokens(int slots, ReadOnlySpan<int> tokens, CompiledLayer weights)
    {
        ReadOnlySpan<float> rows = (_network.InputTable ?? _network.Embedding).Span;
        int size = _inputs is null ? _network.GateColumns : _network.EmbeddingSize;
        Span<float> fed = (_inputs ?? _gates).Span;
        for (int slot = 0; slot < slots; slot++)
            rows.Slice(tokens[slot] * size, size).CopyTo(fed[(slot * size)..]);
        if (_inputs is not null)
            weights.Begin(_kernels, _inputs.Pointer, size, slots, _gates.Pointer);
    }

    private void Copy(AlignedArray[] from, int row, AlignedArray[] to, int target)
    {
        int width = _network.StateWidth;
        for (int i = 0; i < from.Length; i++)
            from[i].Span.Slice(row * width, width).CopyTo(to[i].Span[(target * width)..]);
    }
}
