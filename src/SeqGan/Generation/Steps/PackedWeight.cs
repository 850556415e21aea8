using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace SeqGan;

/// <summary>A weight as products read it: row by row, and transposed in panels.</summary>
internal sealed unsafe class PackedWeight(Parameter weight, PaddedShape shape)
{
    private readonly AlignedFloats _rows = new(), _panels = new();
    private float* _source;

    public PaddedShape Shape { get; } = shape;

    /// <summary>The right factor of a product with this matrix: depth is its rows, columns are its columns.</summary>
    public RightFactor AsRight => new(Rows, Shape.PaddedColumns, PanelKernel.PanelColumns);

    /// <summary>The right factor of a product with the transposed matrix: depth is its columns, columns are its rows.</summary>
    public RightFactor Transposed => new(_panels.Pointer, PanelKernel.PanelColumns, (nint)PanelKernel.PanelColumns * Shape.Columns);

    /// <summary>The padded rows.</summary>
    public float* Rows => Shape.IsPadded ? _rows.Pointer : _source;

    /// <summary>Copies the weight's present values, where a copy differs from them.</summary>
    public void LoadRows()
    {
        _source = TensorMemory.Of(weight);
        if (!Shape.IsPadded)
            return;
        float* rows = _rows.Reserve(Shape.Length);
        for (int row = 0; row < Shape.AllRows; row++)
        {
            if (Shape.Source(row) is var source and >= 0)
                new ReadOnlySpan<float>(_source + (long)source * Shape.Columns, Shape.Columns).CopyTo(new Span<float>(rows + (long)row * Shape.PaddedColumns, Shape.Columns));
        }
    }

    /// <summary>Copies the transposed matrix.</summary>
    public void LoadPanels()
    {
        int panels = PanelKernel.Padded(Shape.AllRows) / PanelKernel.PanelColumns;
        float* target = _panels.Reserve((long)panels * PanelKernel.PanelColumns * Shape.Columns), values = TensorMemory.Of(weight);
        Workload.Run(panels, Shape.Length > 1 << 14, panel =>
        {
            // The rows of a panel are consecutive: no gate ends inside one.
            int row = panel * PanelKernel.PanelColumns;
            if (Shape.Source(row) is var source and >= 0)
            {
                int count = Math.Min(PanelKernel.PanelColumns, Shape.Rows - row % Shape.PaddedRows);
                Transpose(values + (long)source * Shape.Columns, count, Shape.Columns, target + (long)row * Shape.Columns);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* rows, int count, int columns, float* target)
    {
        for (int k = 0; k < columns; k++)
        {
            for (int row = 0; row < count; row++)
                target[k * PanelKernel.PanelColumns + row] = rows[row * columns + k];
        }
    }
}
