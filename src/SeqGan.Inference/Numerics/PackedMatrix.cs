namespace SeqGan.Numerics;

/// <summary>
/// A matrix [inputs, columns] for products from the left, cut into blocks of sixteen columns: [columns / 16][inputs][16]. The columns that
/// only fill the last block are 0.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    public const int BlockColumns = 16;

    private readonly AlignedArray _values;

    public PackedMatrix(int inputs, int columns)
    {
        Inputs = inputs;
        Columns = Pad(columns);
        _values = new AlignedArray((long)inputs * Columns);
    }

    public int Inputs { get; }

    /// <summary>The columns, in whole blocks.</summary>
    public int Columns { get; }

    public RightFactor Factor => RightFactor.OfBlocks(_values.Pointer, Inputs);

    /// <summary>The next multiple of sixteen.</summary>
    public static int Pad(int columns) => (columns + BlockColumns - 1) / BlockColumns * BlockColumns;

    /// <summary>Fills columns from rows of PyTorch's layout [outputs, inputs]. Threads may fill different blocks at one time.</summary>
    /// <param name="firstColumn">The column of the first output.</param>
    /// <param name="outputs">[count, <see cref="Inputs"/>].</param>
    public void SetColumns(int firstColumn, ReadOnlySpan<float> outputs)
    {
        fixed (float* source = outputs)
        {
            int end = firstColumn + (outputs.Length / Inputs);
            for (int column = firstColumn, count; column < end; column += count)
            {
                (int block, int lane) = Math.DivRem(column, BlockColumns);
                count = Math.Min(BlockColumns - lane, end - column);
                float* target = _values.Pointer + ((nint)block * Inputs * BlockColumns) + lane;
                Transpose(source + ((nint)(column - firstColumn) * Inputs), count, Inputs, target);
            }
        }
    }

    /// <summary>Fills rows of inputs. Threads may fill different rows at one time.</summary>
    /// <param name="firstRow">The first input.</param>
    /// <param name="rows">[count, columns], without those that fill the last block.</param>
    /// <param name="columns">The columns.</param>
    public void SetRows(int firstRow, ReadOnlySpan<float> rows, int columns)
    {
        for (int column = 0; column < columns; column += BlockColumns)
        {
            int width = Math.Min(BlockColumns, columns - column);
            float* target = _values.Pointer + ((nint)column * Inputs) + ((nint)firstRow * BlockColumns);
            for (int start = column; start < rows.Length; start += columns, target += BlockColumns)
                rows.Slice(start, width).CopyTo(new Span<float>(target, width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* rows, int count, int inputs, float* target)
    {
        for (int input = 0; input < inputs; input++, target += BlockColumns)
        {
            float* source = rows + input;
            for (int row = 0; row < count; row++, source += inputs)
                target[row] = *source;
        }
    }
}

/// <summary>Numbers at an address that never moves, on a boundary that suits every vector; 0 at first.</summary>
internal sealed unsafe class AlignedArray
{
    private const int Alignment = 64, Slack = Alignment / sizeof(float);

    private float[] _values = [];
    private int _offset;

    public AlignedArray(long length = 0) => Reserve(length);

    public int Length { get; private set; }

    /// <summary>The first number; valid while this object is reachable and until <see cref="Reserve"/> needs more memory.</summary>
    public float* Pointer { get; private set; }

    public Span<float> Span => _values.AsSpan(_offset, Length);

    /// <summary>Makes room. If that needs more memory, the old numbers are lost and all are 0; otherwise they stay.</summary>
    public float* Reserve(long length)
    {
        if (length > Length)
        {
            if (length > Array.MaxLength - Slack)
                throw new InvalidWeightsException(
                    $"The network needs an array of {length} numbers; at most {Array.MaxLength - Slack} are possible.");
            _values = GC.AllocateArray<float>((int)length + Slack, pinned: true);
            float* start = (float*)Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);
            _offset = (int)((Alignment - ((nint)start % Alignment)) % Alignment) / sizeof(float);
            Length = (int)length;
            Pointer = start + _offset;
        }

        return Pointer;
    }

    /// <summary>Sets numbers to 0; there may be more than a span holds.</summary>
    public static void Clear(float* values, long count) => NativeMemory.Clear(values, checked((nuint)count * sizeof(float)));
}
