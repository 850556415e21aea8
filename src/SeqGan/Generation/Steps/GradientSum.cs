using System.Numerics;

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
        for (long start = 0; start < Shape.Length; start += int.MaxValue)
            new Span<float>(values + start, (int)Math.Min(int.MaxValue, Shape.Length - start)).Clear();
        return values;
    }

    /// <summary>Adds the parts up, always in the same order, into a gradient of PyTorch's shape.</summary>
    public void AddUp(int parts, nint gradient)
    {
        int rowsOfBlock = Math.Max(1, BlockElements / Shape.PaddedColumns);
        Workload.Run((Shape.AllRows + rowsOfBlock - 1) / rowsOfBlock, Shape.Length * parts > 1 << 18, block =>
        {
            for (int row = block * rowsOfBlock; row < Math.Min(Shape.AllRows, (block + 1) * rowsOfBlock); row++)
            {
                if (Shape.Source(row) is not (var source and >= 0))
                    continue;
                var target = new Span<float>((float*)gradient + (long)source * Shape.Columns, Shape.Columns);
                Row(0, row).CopyTo(target);
                for (int part = 1; part < parts; part++)
                    Add(target, Row(part, row));
            }
        });
    }

    private static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..])).CopyTo(target[i..]);
        for (; i < values.Length; i++)
            target[i] += values[i];
    }

    private ReadOnlySpan<float> Row(int part, int row) => new(_parts[part].Pointer + (long)row * Shape.PaddedColumns, Shape.Columns);
}
