namespace SeqGan.Generation;

/// <summary>
/// A matrix of PyTorch's layout, [outputs, inputs], as the forward and the backward pass read it, and the sum of its gradient. Rows of
/// inputs and of outputs are padded to whole lanes.
/// </summary>
internal sealed unsafe class MatrixWeights(Parameter weight, PaddedShape shape, PackedMatrix packed, Kernels kernels)
{
    public MatrixWeights(Parameter weight, Kernels kernels)
        : this(weight, PaddedShape.OfMatrix(weight), new PackedMatrix((int)weight.shape[1], (int)weight.shape[0]), kernels)
    {
    }

    /// <summary>For the forward pass.</summary>
    public PackedMatrix Packed { get; } = packed;

    /// <summary>For the backward pass.</summary>
    public BackwardWeight Backward { get; } = new(weight, shape);

    public GradientSum Gradient { get; } = new(weight, shape, kernels);

    public int InputColumns => Backward.Shape.PaddedColumns;

    public int OutputColumns => Packed.Columns;

    /// <summary>Reads the present weights.</summary>
    public void Load()
    {
        float* values = Backward.Values;
        int rows = PackedMatrix.BlockColumns, inputs = Packed.Inputs;
        Workload.Run(Backward.Blocks, Backward.Shape.Length > 1 << 14, block =>
        {
            int first = block * rows, count = Math.Min(rows, Backward.Shape.Rows - first);
            Packed.SetColumns(first, new ReadOnlySpan<float>(values + (long)first * inputs, count * inputs));
            Backward.Load(block, values);
        });
    }

    /// <summary>Inputs to start + outputs; a start of null is 0.</summary>
    public void Apply(float* inputs, int rows, float* start, float* outputs) =>
        kernels.MultiplyAdd(inputs, InputColumns, rows, Packed, start, OutputColumns, outputs, OutputColumns);

    /// <summary>From the outputs' gradient to that of the inputs and to a part of the weight's. Blocks are room for the inputs.</summary>
    public void Differentiate(float* inputs, float* outputGradient, int rows, float* inputGradient, AlignedArray blocks, int part)
    {
        int columns = InputColumns, outputs = Backward.Shape.Rows;
        kernels.Multiply(
            new LeftFactor(outputGradient, OutputColumns, 1), Backward.Matrix.Factor, null, 0, inputGradient, columns, rows, outputs,
            columns);
        float* gradient = Gradient.Of(part);
        kernels.Multiply(
            new LeftFactor(outputGradient, 1, OutputColumns), Blocks(kernels, inputs, rows, columns, blocks), null, 0, gradient, columns,
            outputs, rows, columns);
    }

    /// <summary>Rows as a right factor: copied, one block of columns after the other.</summary>
    public static RightFactor Blocks(Kernels kernels, float* values, int rows, int columns, AlignedArray blocks)
    {
        float* start = blocks.Reserve((long)rows * columns);
        for (nint row = 0; row < rows; row++)
        {
            float* target = start + row * PackedMatrix.BlockColumns;
            kernels.Scale(values + row * columns, 1, target, (nint)rows * PackedMatrix.BlockColumns, columns);
        }

        return RightFactor.OfBlocks(start, rows);
    }
}
