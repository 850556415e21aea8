using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>A weight's gradient, summed in as many parts as there are groups of sequences.</summary>
internal sealed unsafe class GradientSum(PaddedShape shape)
{
    private const int BlockElements = 1 << 14;

    private readonly List<AlignedFloats> _parts = [];

    public PaddedShape Shape { get; } = shape;

    /// <summary>Makes room for so many parts.</summary>
    public void Reserve(int parts)
    {
        while (_parts.Count < parts)
            _parts.Add(new AlignedFloats());
    }

    /// <summary>A part, set to zero.</summary>
    public float* Begin(int part)
    {
        float* values = _parts[part].Reserve(Shape.Length);
        AlignedFloats.Clear(values, Shape.Length);
        return values;
    }

    /// <summary>Adds the parts up, always in the same order, into a gradient of PyTorch's shape.</summary>
    public void AddUp(int parts, nint gradient)
    {
        int rowsOfBlock = Math.Max(1, BlockElements / Shape.PaddedColumns);
        Workload.Run((Shape.AllRows + rowsOfBlock - 1) / rowsOfBlock, Shape.Length * parts > 1 << 18, block =>
        {
            int first = block * rowsOfBlock, rows = Math.Min(rowsOfBlock, Shape.AllRows - first);
            if (!Shape.IsPadded)
            {
                AddUp(parts, first, rows * Shape.Columns, (float*)gradient + (long)first * Shape.Columns);
                return;
            }

            for (int row = first; row < first + rows; row++)
            {
                if (Shape.Source(row) is var source and >= 0)
                    AddUp(parts, row, Shape.Columns, (float*)gradient + (long)source * Shape.Columns);
            }
        });
    }

    private void AddUp(int parts, int row, int length, float* gradient)
    {
        var target = new Span<float>(gradient, length);
        for (int part = 0; part < parts; part++)
        {
            var values = new ReadOnlySpan<float>(_parts[part].Pointer + (long)row * Shape.PaddedColumns, length);
            if (part == 0)
                values.CopyTo(target);
            else
                Add(target, values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..])).CopyTo(target[i..]);
        for (; i < values.Length; i++)
            target[i] += values[i];
    }
}
