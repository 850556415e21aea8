namespace SeqGan.Sampling;

/// <summary>One thread's states and scratch memory: some slots, each a sequence in the making, that advance together.</summary>
internal sealed unsafe class DecodingWorker
{
    // So many logits stay in a core's own cache. Multiples of every kernel's rows.
    private const int CachedLogits = 1 << 17;
    private const int FewestSlots = 24, MostSlots = 48;

    // Long sequences of large networks are made in few slots: a quarter of a gigabyte for all of them.
    private const int FewestLongSlots = 8;
    private const long MostStates = 1 << 26;

    private readonly CompiledPolicy _policy;
    private readonly Kernels _kernels;
    private readonly SlotStates _states;
    private readonly AlignedArray _logits;
    private int[] _savedConstraintStates = [];

    public DecodingWorker(CompiledPolicy policy, Kernels kernels)
    {
        _policy = policy;
        _kernels = kernels;
        Columns = policy.Output.Weight.Columns;
        Slots = (long)Columns * MostSlots <= CachedLogits ? MostSlots : FewestSlots;
        if (Slots * policy.Compiled.StateSize > MostStates)
            Slots = FewestLongSlots;
        _states = policy.Compiled.CreateStates(kernels, Slots);
        _logits = new AlignedArray((long)Slots * Columns);
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

    /// <summary>The hidden state after a slot's last token.</summary>
    public float* Hidden(int slot) => _states.Hidden + ((nint)slot * _policy.Compiled.StateWidth);

    /// <inheritdoc cref="SlotStates.Clear"/>
    public void Clear(int slots) => _states.Clear(slots);

    /// <inheritdoc cref="SlotStates.Advance"/>
    public void Advance(int slots) => _states.Advance(slots, Tokens);

    /// <summary>Computes the logits of the first slots' next tokens with one of the policy's two biases.</summary>
    public void ComputeLogits(int slots, AlignedArray bias) => _kernels.MultiplyAdd(
        _states.Hidden, _policy.Compiled.StateWidth, slots, _policy.Output.Weight, bias.Pointer, 0, _logits.Pointer, Columns);

    /// <summary>Makes room to save so many states.</summary>
    public void ReserveSaved(int count)
    {
        _states.ReserveSaved(count);
        if (_savedConstraintStates.Length < count)
            _savedConstraintStates = new int[count];
    }

    public void Save(int slot, int place)
    {
        _states.Save(slot, place);
        _savedConstraintStates[place] = ConstraintStates[slot];
    }

    public void Restore(int slot, int place)
    {
        _states.Restore(slot, place);
        ConstraintStates[slot] = _savedConstraintStates[place];
    }

    /// <summary>Moves a slot's sequence to another slot.</summary>
    public void Move(int from, int to)
    {
        _states.Move(from, to);
        (Tokens[to], Completions[to]) = (Tokens[from], Completions[from]);
        (Positions[to], ConstraintStates[to]) = (Positions[from], ConstraintStates[from]);
    }
}
