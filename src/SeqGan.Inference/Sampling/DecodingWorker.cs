namespace SeqGan.Sampling;

/// <summary>One thread's states and scratch memory: some slots, each a sequence in the making, that advance together.</summary>
internal sealed unsafe class DecodingWorker
{
    // So many logits stay in a core's own cache. Multiples of every kernel's rows.
    private const int CachedLogits = 1 << 17;
    private const int FewestSlots = 24, MostSlots = 48;

    private readonly CompiledPolicy _policy;
    private readonly Kernels _kernels;
    private readonly AlignedArray[] _hidden, _cells, _states, _saved;
    private readonly AlignedArray _gates, _logits;
    private readonly AlignedArray? _inputs;
    private int[] _savedConstraintStates = [];

    public DecodingWorker(CompiledPolicy policy, Kernels kernels)
    {
        _policy = policy;
        _kernels = kernels;
        Columns = policy.Output.Weight.Columns;
        Slots = (long)Columns * MostSlots <= CachedLogits ? MostSlots : FewestSlots;
        _hidden = [.. Enumerable.Range(0, policy.Layers).Select(_ => new AlignedArray((long)Slots * policy.StateWidth))];
        _cells = CellLayout.Of(policy.Network).HasCells ? [.. _hidden.Select(state => new AlignedArray(state.Length))] : [];
        _states = [.. _hidden, .. _cells];
        _saved = [.. _states.Select(_ => new AlignedArray())];
        _gates = new AlignedArray((long)Slots * policy.GateColumns);
        _logits = new AlignedArray((long)Slots * Columns);
        _inputs = policy.InputTable is null ? new AlignedArray((long)Slots * policy.EmbeddingSize) : null;
        Sums = new AlignedArray(Kernels.Sections(Columns));
        (Tokens, Completions, Positions, ConstraintStates) = (new int[Slots], new int[Slots], new int[Slots], new int[Slots]);
        Allowed = new AllowedTokens(policy.Format.VocabularySize);
    }

    public int Slots { get; }

    /// <summary>The columns of a row of logits.</summary>
    public int Columns { get; }

    public AlignedArray Sums { get; }

    /// <summary>The token that each slot is fed next.</summary>
    public int[] Tokens { get; }

    /// <summary>Which completion each slot works on.</summary>
    public int[] Completions { get; }

    /// <summary>The position of each slot's next token.</summary>
    public int[] Positions { get; }

    /// <summary>The constraint's state after each slot's tokens.</summary>
    public int[] ConstraintStates { get; }

    /// <summary>Room for what a constraint allows.</summary>
    public AllowedTokens Allowed { get; }

    public float* Logits(int slot) => _logits.Pointer + ((nint)slot * Columns);

    /// <summary>Sets the first slots to the zero state.</summary>
    public void Clear(int slots)
    {
        foreach (AlignedArray state in _states)
            state.Span[..(slots * _policy.StateWidth)].Clear();
    }

    /// <summary>Feeds the first slots their tokens.</summary>
    public void Advance(int slots)
    {
        for (int layer = 0; layer < _hidden.Length; layer++)
        {
            CompiledLayer weights = _policy.CompiledLayers[layer];
            if (layer == 0)
                FeedTokens(slots, weights);
            else
                weights.Begin(_kernels, _hidden[layer - 1].Pointer, _policy.StateWidth, slots, _gates.Pointer);
            float* hidden = _hidden[layer].Pointer, cells = _cells.Length > 0 ? _cells[layer].Pointer : null;
            var step = new CellStep(slots, _policy.StateWidth)
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

    /// <summary>Computes the logits of the first slots' next tokens with one of the policy's two biases.</summary>
    public void ComputeLogits(int slots, AlignedArray bias) => _kernels.MultiplyAdd(
        _hidden[^1].Pointer, _policy.StateWidth, slots, _policy.Output.Weight, bias.Pointer, 0, _logits.Pointer, Columns);

    /// <summary>Makes room to save so many states.</summary>
    public void ReserveSaved(int count)
    {
        foreach (AlignedArray saved in _saved)
            saved.Reserve((long)count * _policy.StateWidth);
        if (_savedConstraintStates.Length < count)
            _savedConstraintStates = new int[count];
    }

    public void Save(int slot, int place)
    {
        Copy(_states, slot, _saved, place);
        _savedConstraintStates[place] = ConstraintStates[slot];
    }

    public void Restore(int slot, int place)
    {
        Copy(_saved, place, _states, slot);
        ConstraintStates[slot] = _savedConstraintStates[place];
    }

    /// <summary>Moves a slot's sequence to another slot.</summary>
    public void Move(int from, int to)
    {
        Copy(_states, from, _states, to);
        (Tokens[to], Completions[to]) = (Tokens[from], Completions[from]);
        (Positions[to], ConstraintStates[to]) = (Positions[from], ConstraintStates[from]);
    }

    private void FeedTokens(int slots, CompiledLayer weights)
    {
        int columns = _policy.GateColumns;
        ReadOnlySpan<float> rows = (_policy.InputTable ?? _policy.Embedding).Span;
        int size = _inputs is null ? columns : _policy.EmbeddingSize;
        Span<float> fed = (_inputs ?? _gates).Span;
        for (int slot = 0; slot < slots; slot++)
            rows.Slice(Tokens[slot] * size, size).CopyTo(fed[(slot * size)..]);
        if (_inputs is not null)
            weights.Begin(_kernels, _inputs.Pointer, size, slots, _gates.Pointer);
    }

    private void Copy(AlignedArray[] from, int row, AlignedArray[] to, int target)
    {
        int width = _policy.StateWidth;
        for (int i = 0; i < from.Length; i++)
            from[i].Span.Slice(row * width, width).CopyTo(to[i].Span[(target * width)..]);
    }
}
