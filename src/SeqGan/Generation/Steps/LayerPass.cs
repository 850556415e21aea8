namespace SeqGan.Generation;

/// <summary>One recurrent layer's weights, as the forward and the backward pass read them, and the sums of their gradients.</summary>
internal sealed unsafe class LayerWeights
{
    private readonly Parameter[] _parameters;

    public LayerWeights(RecurrentNetwork network, int layer, Kernels kernels)
    {
        _parameters = [.. ((string[])["weight_ih", "weight_hh", "bias_ih", "bias_hh"]).Select(name => network.Weight(name, layer))];
        (Cell, Layout) = (network.Kind, CellLayout.Of(network.Kind));
        Packed = new CompiledLayer(Cell, (int)_parameters[0].shape[1], network.HiddenSize);
        PaddedShape[] shapes =
        [
            PaddedShape.OfMatrix(_parameters[0], Layout.Gates, Layout.InputRotation), PaddedShape.OfMatrix(_parameters[1], Layout.Gates, 0),
            PaddedShape.OfVector(_parameters[2], Layout.Gates, Layout.InputRotation), PaddedShape.OfVector(_parameters[3], Layout.Gates, 0),
        ];
        (Input, State) = (new BackwardWeight(_parameters[0], shapes[0]), new BackwardWeight(_parameters[1], shapes[1]));
        Gradients = [.. _parameters.Zip(shapes, (parameter, shape) => new GradientSum(parameter, shape, kernels))];
    }

    public GeneratorNetwork Cell { get; }

    public CellLayout Layout { get; }

    /// <summary>For the forward pass.</summary>
    public CompiledLayer Packed { get; }

    /// <summary>The input's weights, for the backward pass.</summary>
    public BackwardWeight Input { get; }

    /// <summary>The state's weights, for the backward pass.</summary>
    public BackwardWeight State { get; }

    /// <summary>Of the input's and the state's weights, then of their biases.</summary>
    public IReadOnlyList<GradientSum> Gradients { get; }

    /// <summary>Reads the network's present weights.</summary>
    public void Load()
    {
        Workload.Run(2, State.Shape.Length > 1 << 14, half =>
        {
            if (half == 0)
                Packed.Load(Values(0), Values(1), Values(2), Values(3));
            else
                LoadBackward();
        });
    }

    private void LoadBackward()
    {
        foreach (BackwardWeight weight in (BackwardWeight[])[Input, State])
        {
            float* values = weight.Values;
            for (int block = 0; block < weight.Blocks; block++)
                weight.Load(block, values);
        }
    }

    private ReadOnlySpan<float> Values(int parameter) =>
        new(TensorMemory.Of(_parameters[parameter]), (int)_parameters[parameter].NumberOfElements);
}

/// <summary>One recurrent layer of any cell, forward over a group of sequences and backward through time, single-threaded.</summary>
/// <remarks>
/// Rows are cells of tokens, time step by time step, the longest sequence first: those of a step are the first of the step before. All
/// sizes are padded for the kernels; padding is 0 throughout.
/// </remarks>
internal sealed unsafe class LayerPass(LayerWeights weights, Kernels kernels)
{
    private readonly AlignedArray _gates = new(), _hidden = new(), _previous = new(), _hiddenGradient = new();
    private readonly AlignedArray _cells = new(), _previousCells = new(), _squashed = new(), _cellGradient = new(), _blocks = new();

    /// <summary>The hidden states, [rows, width].</summary>
    public float* Hidden => _hidden.Pointer;

    /// <summary>What the layer above adds its gradient to, [rows, width].</summary>
    public float* HiddenGradient => _hiddenGradient.Pointer;

    /// <summary>The size of a hidden state, padded.</summary>
    public int Width => weights.Packed.Width;

    private int GateColumns => weights.Packed.GateColumns;

    /// <summary>Inputs [rows, padded input size] to <see cref="Hidden"/>; <see cref="HiddenGradient"/> becomes 0.</summary>
    public void Forward(float* input, ReadOnlySpan<int> steps, int rows)
    {
        Reserve(rows);
        AlignedArray.Clear(HiddenGradient, (long)rows * Width);
        weights.Packed.Begin(kernels, input, weights.Input.Shape.PaddedColumns, rows, _gates.Pointer);
        for (int step = 0, first = 0, before = -1; step < steps.Length; before = first, first += steps[step++])
        {
            Remember(_hidden, _previous, first, before, steps[step]);
            if (weights.Layout.HasCells)
                Remember(_cells, _previousCells, first, before, steps[step]);
            weights.Packed.Advance(kernels, Step(first, steps[step]));
        }
    }

    /// <summary>From <see cref="HiddenGradient"/> to the weights' gradients, and to the input's, which is added.</summary>
    public void Backward(float* input, float* inputGradient, ReadOnlySpan<int> steps, int rows, int part)
    {
        if (weights.Layout.HasCells)
            AlignedArray.Clear(_cellGradient.Reserve((long)steps[0] * Width), (long)steps[0] * Width);
        float* inputGates = _gates.Pointer, stateGates = inputGates + weights.Layout.StateBlock * Width;
        int depth = weights.Layout.Gates * Width;
        for (int step = steps.Length - 1, first = rows; step >= 0; step--)
        {
            int count = steps[step];
            first -= count;
            float* before = step == 0 ? null : HiddenGradient + (nint)(first - steps[step - 1]) * Width;
            kernels.Backward(weights.Cell, Step(first, count), HiddenGradient + (nint)first * Width, _cellGradient.Pointer, before);
            if (before is not null)
            {
                var gates = new LeftFactor(stateGates + (nint)first * GateColumns, GateColumns, 1);
                Multiply(gates, weights.State.Matrix.Factor, before, before, count, depth, Width);
            }
        }

        int inputSize = weights.Input.Shape.PaddedColumns;
        var inputColumns = new LeftFactor(inputGates, 1, GateColumns);
        var stateColumns = new LeftFactor(stateGates, 1, GateColumns);
        Multiply(
            new LeftFactor(inputGates, GateColumns, 1), weights.Input.Matrix.Factor, inputGradient, inputGradient, rows, depth, inputSize);
        Multiply(inputColumns, Blocks(input, rows, inputSize), null, weights.Gradients[0].Of(part), depth, rows, inputSize);
        Multiply(stateColumns, Blocks(_previous.Pointer, rows, Width), null, weights.Gradients[1].Of(part), depth, rows, Width);
        AddRows(inputGates, rows, depth, weights.Gradients[2].Begin(part));
        AddRows(stateGates, rows, depth, weights.Gradients[3].Begin(part));
    }

    private void Reserve(int rows)
    {
        _gates.Reserve((long)rows * GateColumns);
        foreach (AlignedArray state in (AlignedArray[])[_hidden, _previous, _hiddenGradient])
            state.Reserve((long)rows * Width);
        foreach (AlignedArray cells in weights.Layout.HasCells ? [_cells, _previousCells, _squashed] : (AlignedArray[])[])
            cells.Reserve((long)rows * Width);
    }

    private CellStep Step(int first, int count)
    {
        nint start = (nint)first * Width;
        return new CellStep(count, Width)
        {
            Gates = _gates.Pointer + (nint)first * GateColumns,
            Previous = _previous.Pointer + start,
            Hidden = _hidden.Pointer + start,
            PreviousCells = _previousCells.Pointer + start,
            Cells = _cells.Pointer + start,
            Squashed = _squashed.Pointer + start,
        };
    }

    /// <summary>Copies the state before a step to its rows; it is 0 before the first.</summary>
    private void Remember(AlignedArray state, AlignedArray previous, int first, int before, int count)
    {
        float* target = previous.Pointer + (nint)first * Width;
        long length = (long)count * Width;
        if (before < 0)
            AlignedArray.Clear(target, length);
        else
            Buffer.MemoryCopy(state.Pointer + (nint)before * Width, target, length * sizeof(float), length * sizeof(float));
    }

    private void Multiply(LeftFactor left, RightFactor right, float* start, float* result, int rows, int depth, int columns) =>
        kernels.Multiply(left, right, start, columns, result, columns, rows, depth, columns);

    private RightFactor Blocks(float* values, int rows, int columns) => MatrixWeights.Blocks(kernels, values, rows, columns, _blocks);

    private void AddRows(float* gates, int rows, int length, float* sum)
    {
        for (int row = 0; row < rows; row++)
            kernels.AddScaled(gates + (nint)row * GateColumns, 1, sum, length);
    }
}
