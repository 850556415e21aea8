using System.Numerics;

namespace SeqGan;

/// <summary>
/// Max-over-time pooling of convolutions whose products are tables: for one group of filters and consecutive rows, the largest
/// sum over all windows.
/// </summary>
/// <remarks>
/// Keeps the largest sum over the windows that end at or before each position, so that a row that begins like the one before
/// it computes only windows that end in what is new. A window is always summed from its first token to its last: the bits do
/// not depend on what was shared.
/// </remarks>
internal sealed unsafe class WindowMaxima(FilterGroup group, float* table, int length)
{
    private readonly int _width = group.Width;
    private readonly int _columns = group.Columns;
    private readonly float[] _maxima = GC.AllocateUninitializedArray<float>(length * group.Columns, pinned: true);
    private readonly nint[] _tokens = GC.AllocateUninitializedArray<nint>(length, pinned: true);

    /// <summary>The largest sum of each filter over the windows of the latest row.</summary>
    public ReadOnlySpan<float> Latest => _maxima.AsSpan((length - 1) * _columns, group.Count);

    /// <summary>Moves on to a row.</summary>
    /// <param name="slots">The slots of its tokens.</param>
    /// <param name="shared">How many of its first tokens are those of the row before; 0 for the first row.</param>
    public void Advance(ReadOnlySpan<int> slots, int shared)
    {
        fixed (nint* tokens = _tokens)
        fixed (float* maxima = _maxima)
        {
            for (int position = 0; position < slots.Length; position++)
                tokens[position] = (nint)(table + slots[position] * (long)group.RowSize);
            int first = Math.Max(shared, _width - 1), column = 0;
            for (; column <= _columns - 4 * Vector<float>.Count; column += 4 * Vector<float>.Count)
                AdvanceFour((float**)tokens, maxima, first, column);
            for (; column < _columns; column += Vector<float>.Count)
                AdvanceOne((float**)tokens, maxima, first, column);
        }
    }

    private void AdvanceFour(float** tokens, float* maxima, int first, int column)
    {
        int v = Vector<float>.Count, columns = _columns, width = _width;
        Vector<float> m0, m1, m2, m3;
        m0 = m1 = m2 = m3 = new Vector<float>(float.NegativeInfinity);
        if (first >= width)
        {
            float* before = maxima + (first - 1) * columns + column;
            (m0, m1, m2, m3) = (Vector.Load(before), Vector.Load(before + v), Vector.Load(before + 2 * v), Vector.Load(before + 3 * v));
        }

        for (int end = first; end < length; end++)
        {
            float** window = tokens + (end - width + 1);
            float* row = window[0] + column;
            Vector<float> s0 = Vector.Load(row), s1 = Vector.Load(row + v), s2 = Vector.Load(row + 2 * v), s3 = Vector.Load(row + 3 * v);
            int offset = column;
            for (int position = 1; position < width; position++)
            {
                offset += columns;
                row = window[position] + offset;
                s0 += Vector.Load(row);
                s1 += Vector.Load(row + v);
                s2 += Vector.Load(row + 2 * v);
                s3 += Vector.Load(row + 3 * v);
            }

            float* maximum = maxima + end * columns + column;
            (m0 = Vector.Max(m0, s0)).Store(maximum);
            (m1 = Vector.Max(m1, s1)).Store(maximum + v);
            (m2 = Vector.Max(m2, s2)).Store(maximum + 2 * v);
            (m3 = Vector.Max(m3, s3)).Store(maximum + 3 * v);
        }
    }

    private void AdvanceOne(float** tokens, float* maxima, int first, int column)
    {
        int columns = _columns, width = _width;
        Vector<float> largest = first >= width ? Vector.Load(maxima + (first - 1) * columns + column) : new Vector<float>(float.NegativeInfinity);
        for (int end = first; end < length; end++)
        {
            float** window = tokens + (end - width + 1);
            Vector<float> sum = Vector.Load(window[0] + column);
            for (int position = 1; position < width; position++)
                sum += Vector.Load(window[position] + position * columns + column);
            (largest = Vector.Max(largest, sum)).Store(maxima + end * columns + column);
        }
    }
}
