namespace SeqGan;

/// <summary>
/// One recurrent layer, forward over a group of sequences and backward through time, single-threaded.
/// </summary>
/// <remarks>
/// Rows are cells of tokens, time step by time step, the longest sequence first: those of a step are the first of the step
/// before. All sizes are padded for vectors; padding is 0 throughout.
/// </remarks>
internal abstract unsafe class RecurrentPass(LayerWeights weights, LayerGradient gradient)
{
    private readonly AlignedFloats _inputGates = new(), _recurrentGates = new(), _hidden = new(), _previous = new(), _hiddenGradient = new();

    /// <summary>The size of the state, padded.</summary>
    protected int Size { get; } = weights.Recurrent.Shape.PaddedColumns;

    protected int GateSize { get; } = weights.Recurrent.Shape.AllRows;

    /// <summary>The hidden states, [rows, size].</summary>
    public float* Hidden => _hidden.Pointer;

    /// <summary>What the layer above adds its gradient to, [rows, size].</summary>
    public float* HiddenGradient => _hiddenGradient.Pointer;

    /// <summary>Each row's hidden state of the step before, [rows, size].</summary>
    protected float* Previous => _previous.Pointer;

    /// <summary>The input's share of the gates, then the gates, then their gradient, [rows, gates of size].</summary>
    protected float* InputGates => _inputGates.Pointer;

    /// <summary>The state's share of the gates; in the end its gradient, where that is another one.</summary>
    protected float* RecurrentGates => _recurrentGates.Pointer;

    /// <summary>The gradient of the state's share of the gates.</summary>
    protected abstract float* RecurrentGateGradient { get; }

    public static RecurrentPass Create(RecurrentCell cell, LayerWeights weights, LayerGradient gradient) =>
        cell == RecurrentCell.Lstm ? new LstmPass(weights, gradient) : new GruPass(weights, gradient);

    /// <summary>Inputs [rows, padded input size] to <see cref="Hidden"/>; <see cref="HiddenGradient"/> becomes 0.</summary>
    public void Forward(float* input, ReadOnlySpan<int> steps, int rows)
    {
        Reserve(rows);
        AlignedFloats.Clear(HiddenGradient, (long)rows * Size);
        PaddedShape shape = weights.Input.Shape;
        PanelKernel.Multiply(
            new LeftFactor(input, shape.PaddedColumns, 1), weights.Input.Transposed, weights.InputBias.Rows, 0, InputGates, GateSize, rows, shape.Columns, GateSize);
        for (int step = 0, first = 0, before = 0; step < steps.Length; before = first, first += steps[step++])
        {
            int count = steps[step];
            Remember(first, step == 0 ? -1 : before, count);
            PanelKernel.Multiply(
                new LeftFactor(Previous + (nint)first * Size, Size, 1), weights.Recurrent.Transposed, weights.RecurrentBias.Rows, 0,
                RecurrentGates + (nint)first * GateSize, GateSize, count, weights.Recurrent.Shape.Columns, GateSize);
            Activate(first, count);
        }
    }

    /// <summary>From <see cref="HiddenGradient"/> to the weights' gradients, and to the input's, which is added.</summary>
    public void Backward(float* input, float* inputGradient, ReadOnlySpan<int> steps, int rows, int part)
    {
        BeginBackward(steps[0]);
        for (int step = steps.Length - 1, first = rows; step >= 0; step--)
        {
            int count = steps[step];
            first -= count;
            float* before = step == 0 ? null : HiddenGradient + (nint)(first - steps[step - 1]) * Size;
            Differentiate(first, count, before);
            if (before is not null)
            {
                PanelKernel.Multiply(
                    new LeftFactor(RecurrentGateGradient + (nint)first * GateSize, GateSize, 1), weights.Recurrent.AsRight, before, Size, before, Size, count, GateSize, Size);
            }
        }

        int inputSize = weights.Input.Shape.PaddedColumns;
        PanelKernel.Multiply(
            new LeftFactor(InputGates, GateSize, 1), weights.Input.AsRight, inputGradient, inputSize, inputGradient, inputSize, rows, GateSize, inputSize);
        MultiplyTransposed(InputGates, input, inputSize, gradient.Input.Begin(part), rows);
        MultiplyTransposed(RecurrentGateGradient, Previous, Size, gradient.Recurrent.Begin(part), rows);
        VectorRows.Sum(InputGates, GateSize, rows, gradient.InputBias.Begin(part));
        VectorRows.Sum(RecurrentGateGradient, GateSize, rows, gradient.RecurrentBias.Begin(part));
    }

    protected virtual void Reserve(int rows)
    {
        _inputGates.Reserve((long)rows * GateSize);
        _recurrentGates.Reserve((long)rows * GateSize);
        _hidden.Reserve((long)rows * Size);
        _previous.Reserve((long)rows * Size);
        _hiddenGradient.Reserve((long)rows * Size);
    }

    /// <summary>Copies the state before a step to its rows; there is none before the first.</summary>
    protected virtual void Remember(int first, int before, int count) => Remember(Hidden, Previous, first, before, count);

    /// <summary>The states of some rows from the shares of their gates and the state before.</summary>
    protected abstract void Activate(int first, int count);

    protected virtual void BeginBackward(int count)
    {
    }

    /// <summary>The gradient of some rows' gates from that of their states; adds to that of the state before what does not pass the gates.</summary>
    protected abstract void Differentiate(int first, int count, float* before);

    protected void Remember(float* state, float* previous, int first, int before, int count)
    {
        float* target = previous + (nint)first * Size;
        long length = (long)count * Size;
        if (before < 0)
            AlignedFloats.Clear(target, length);
        else
            Buffer.MemoryCopy(state + (nint)before * Size, target, length * sizeof(float), length * sizeof(float));
    }

    private void MultiplyTransposed(float* gates, float* values, int columns, float* result, int rows) => PanelKernel.Multiply(
        new LeftFactor(gates, 1, GateSize), new RightFactor(values, columns, PanelKernel.PanelColumns), null, 0, result, columns, GateSize, rows, columns);
}
