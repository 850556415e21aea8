namespace SeqGan.Models;

/// <summary>A recurrent layer's weights, packed for the forward pass of sampling, scoring and training.</summary>
internal sealed unsafe class CompiledLayer
{
    private readonly GeneratorNetwork _cell;
    private readonly CellLayout _layout;
    private readonly int _hidden;
    private readonly PackedMatrix _fromInput, _fromState;
    private readonly AlignedArray _bias;

    public CompiledLayer(GeneratorNetwork cell, int inputs, int hidden)
    {
        (_cell, _layout, _hidden, Width) = (cell, CellLayout.Of(cell), hidden, PackedMatrix.Pad(hidden));
        _fromInput = new PackedMatrix(inputs, _layout.Gates * Width);
        _fromState = new PackedMatrix(hidden, _layout.Gates * Width);
        _bias = new AlignedArray(GateColumns);
    }

    /// <summary>The size of the state, padded to whole lanes.</summary>
    public int Width { get; }

    /// <summary>The length of a row of gates.</summary>
    public int GateColumns => _layout.Blocks * Width;

    /// <summary>Reads weights of PyTorch's shapes.</summary>
    public void Load(
        ReadOnlySpan<float> inputWeight, ReadOnlySpan<float> stateWeight, ReadOnlySpan<float> inputBias, ReadOnlySpan<float> stateBias)
    {
        int inputSize = _hidden * _fromInput.Inputs, stateSize = _hidden * _hidden;
        Span<float> bias = _bias.Span;
        bias.Clear();
        for (int block = 0; block < _layout.Gates; block++)
        {
            int gate = (block + _layout.InputRotation) % _layout.Gates;
            _fromInput.SetColumns(block * Width, inputWeight.Slice(gate * inputSize, inputSize));
            _fromState.SetColumns(block * Width, stateWeight.Slice(block * stateSize, stateSize));
            Add(inputBias.Slice(gate * _hidden, _hidden), bias[(block * Width)..]);
        }

        for (int gate = 0; gate < _layout.Gates; gate++)
            Add(stateBias.Slice(gate * _hidden, _hidden), bias[((_layout.StateBlock + gate) * Width)..]);
    }

    /// <summary>The gates' sums of bias and input, [rows, <see cref="GateColumns"/>].</summary>
    public void Begin(Kernels kernels, float* input, nint inputRow, int rows, float* gates)
    {
        kernels.MultiplyAdd(input, inputRow, rows, _fromInput, _bias.Pointer, 0, gates, GateColumns);
        Span<float> rest = _bias.Span[_fromInput.Columns..];
        for (nint row = 0; !rest.IsEmpty && row < rows; row++)
            rest.CopyTo(new Span<float>(gates + (row * GateColumns) + _fromInput.Columns, rest.Length));
    }

    /// <summary>Adds the products with the state before to the gates' sums, and makes the next state.</summary>
    public void Advance(Kernels kernels, in CellStep step)
    {
        float* sums = step.Gates + (_layout.StateBlock * Width);
        kernels.MultiplyAdd(step.Previous, Width, step.Rows, _fromState, sums, GateColumns, sums, GateColumns);
        kernels.Forward(_cell, step);
    }

    private static void Add(ReadOnlySpan<float> values, Span<float> target)
    {
        for (int i = 0; i < values.Length; i++)
            target[i] += values[i];
    }
}

/// <summary>The output layer's weights, packed.</summary>
internal sealed unsafe class CompiledOutput
{
    private readonly SequenceFormat _format;

    public CompiledOutput(int hidden, SequenceFormat format)
    {
        _format = format;
        Weight = new PackedMatrix(hidden, format.VocabularySize);
        Bias = new AlignedArray(Weight.Columns);
        DataBias = format.UnknownToken is null ? Bias : new AlignedArray(Weight.Columns);
    }

    public PackedMatrix Weight { get; }

    /// <summary>
    /// The bias of what is generated, [columns of <see cref="Weight"/>]: minus infinity for tokens that never are, and beyond the
    /// vocabulary.
    /// </summary>
    public AlignedArray Bias { get; }

    /// <summary>The bias of what data can have: the unknown token has its own. The same array where there is no unknown token.</summary>
    public AlignedArray DataBias { get; }

    public void LoadBias(ReadOnlySpan<float> values)
    {
        int size = _format.VocabularySize;
        foreach (AlignedArray bias in (AlignedArray[])[Bias, DataBias])
        {
            values.CopyTo(bias.Span);
            bias.Span[size..].Fill(float.NegativeInfinity);
            if (_format.PaddingToken is { } padding)
                bias.Span[padding] = float.NegativeInfinity;
        }

        if (_format.UnknownToken is { } unknown)
            Bias.Span[unknown] = float.NegativeInfinity;
    }
}
