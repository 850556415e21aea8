namespace SeqGan.Generation;

/// <summary>
/// How a weight of PyTorch's shape is laid out for the kernels: each gate's rows and all columns are padded with zeros, and the gates may
/// begin with another one.
/// </summary>
/// <remarks>Gates are those whose rows PyTorch stacks; the rotation is PyTorch's number of the gate that comes first.</remarks>
internal readonly record struct PaddedShape(int Gates, int Rows, int PaddedRows, int Columns, int Rotation)
{
    public int PaddedColumns => PackedMatrix.Pad(Columns);

    public int AllRows => Gates * PaddedRows;

    public long Length => (long)AllRows * PaddedColumns;

    /// <summary>Whether the layout is PyTorch's.</summary>
    public bool IsPlain => PaddedRows == Rows && PaddedColumns == Columns && Rotation == 0;

    /// <summary>A matrix without gates; its rows need no padding.</summary>
    public static PaddedShape OfMatrix(Tensor weight) => new(1, (int)weight.shape[0], (int)weight.shape[0], (int)weight.shape[1], 0);

    public static PaddedShape OfMatrix(Tensor weight, int gates, int rotation)
    {
        int rows = (int)(weight.shape[0] / gates);
        return new(gates, rows, PackedMatrix.Pad(rows), (int)weight.shape[1], rotation);
    }

    /// <summary>A vector as a matrix with a row for each gate.</summary>
    public static PaddedShape OfVector(Tensor weight, int gates, int rotation) =>
        new(gates, 1, 1, (int)(weight.shape[0] / gates), rotation);

    /// <summary>Where a padded row is in the weight; -1 if it is padding.</summary>
    public int Source(int paddedRow)
    {
        (int gate, int row) = Math.DivRem(paddedRow, PaddedRows);
        return row < Rows ? (gate + Rotation) % Gates * Rows + row : -1;
    }
}

/// <summary>A weight as the right factor of the backward pass's products, whose terms are its padded rows.</summary>
internal sealed unsafe class BackwardWeight(Parameter weight, PaddedShape shape)
{
    public PaddedShape Shape { get; } = shape;

    public PackedMatrix Matrix { get; } = new(shape.AllRows, shape.Columns);

    public int Blocks => (Shape.AllRows + PackedMatrix.BlockColumns - 1) / PackedMatrix.BlockColumns;

    /// <summary>The weight's own memory.</summary>
    public float* Values => TensorMemory.Of(weight);

    /// <summary>Reads a block of rows, which are of one gate.</summary>
    /// <param name="block">Below <see cref="Blocks"/>. Threads may read different ones at one time.</param>
    /// <param name="values"><see cref="Values"/>.</param>
    public void Load(int block, float* values)
    {
        int row = block * PackedMatrix.BlockColumns;
        int count = Math.Min(PackedMatrix.BlockColumns, Shape.Rows - row % Shape.PaddedRows);
        float* source = values + (long)Shape.Source(row) * Shape.Columns;
        Matrix.SetRows(row, new ReadOnlySpan<float>(source, count * Shape.Columns), Shape.Columns);
    }
}

/// <summary>A weight's gradient, summed in as many parts as there are groups of sequences.</summary>
internal sealed unsafe class GradientSum(Parameter parameter, PaddedShape shape, Kernels kernels)
{
    private const int BlockElements = 1 << 14;

    private readonly List<AlignedArray> _parts = [];

    /// <summary>Makes room for so many parts.</summary>
    public void Reserve(int parts)
    {
        while (_parts.Count < parts)
            _parts.Add(new AlignedArray());
    }

    /// <summary>A part, to be overwritten.</summary>
    public float* Of(int part) => _parts[part].Reserve(shape.Length);

    /// <summary>A part, set to zero.</summary>
    public float* Begin(int part)
    {
        float* values = Of(part);
        AlignedArray.Clear(values, shape.Length);
        return values;
    }

    /// <summary>Adds the parts up, always in the same order, into the parameter's gradient.</summary>
    public void AddUp(int parts)
    {
        float* gradient = Of(parameter);
        int rowsOfBlock = Math.Max(1, BlockElements / shape.PaddedColumns);
        Workload.Run((shape.AllRows + rowsOfBlock - 1) / rowsOfBlock, shape.Length * parts > 1 << 18, block =>
        {
            int first = block * rowsOfBlock, rows = Math.Min(rowsOfBlock, shape.AllRows - first);
            if (shape.IsPlain)
            {
                AddUp(parts, first, rows * shape.Columns, gradient + (long)first * shape.Columns);
                return;
            }

            for (int row = first; row < first + rows; row++)
            {
                if (shape.Source(row) is var source and >= 0)
                    AddUp(parts, row, shape.Columns, gradient + (long)source * shape.Columns);
            }
        });
    }

    /// <summary>A parameter's gradient, which is 0 if it had none.</summary>
    public static float* Of(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        if (gradient is not null)
            return TensorMemory.Of(gradient);
        using var noGrad = no_grad();
        using Tensor zero = zeros_like(parameter);
        parameter.grad = zero;
        return TensorMemory.Of(zero);
    }

    private void AddUp(int parts, int row, int length, float* gradient)
    {
        for (int part = 0; part < parts; part++)
        {
            float* values = _parts[part].Pointer + (long)row * shape.PaddedColumns;
            if (part == 0)
                new ReadOnlySpan<float>(values, length).CopyTo(new Span<float>(gradient, length));
            else
                kernels.AddScaled(values, 1, gradient, length);
        }
    }
}
