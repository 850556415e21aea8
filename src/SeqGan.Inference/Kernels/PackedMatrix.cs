namespace SeqGan;

/// <summary>
/// A matrix [inputs, columns] for products from the left, cut into blocks of sixteen columns: [columns / 16][inputs][16]. A
/// partial block's other columns are 0.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    public const int BlockColumns = 16;

    private readonly AlignedArray _values;

    public PackedMatrix(int inputs, int columns)
    {
        Inputs = inputs;
        Blocks = (columns + BlockColumns - 1) / BlockColumns;
        _values = new AlignedArray((long)inputs * Blocks * BlockColumns);
    }

    public int Inputs { get; }

    public int Blocks { get; }

    public static int Pad(int columns) => (columns + BlockColumns - 1) / BlockColumns * BlockColumns;

    public float* Block(int block) => _values.Pointer + ((nint)block * Inputs * BlockColumns);

    /// <summary>Fills columns from rows of PyTorch's layout [outputs, inputs].</summary>
    /// <param name="firstColumn">The column of the first output.</param>
    /// <param name="outputs">[count, <see cref="Inputs"/>].</param>
    public void SetColumns(int firstColumn, ReadOnlySpan<float> outputs)
    {
        Span<float> values = _values.Span;
        for (int output = 0; output * Inputs < outputs.Length; output++)
        {
            (int block, int lane) = Math.DivRem(firstColumn + output, BlockColumns);
            Span<float> target = values.Slice(block * Inputs * BlockColumns, Inputs * BlockColumns);
            ReadOnlySpan<float> source = outputs.Slice(output * Inputs, Inputs);
            for (int input = 0; input < source.Length; input++)
                target[(input * BlockColumns) + lane] = source[input];
        }
    }
}
