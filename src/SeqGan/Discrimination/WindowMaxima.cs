using System.Numerics;

namespace SeqGan.Discrimination;

/// <summary>The largest sum of each filter of a group over all windows, for consecutive rows of tokens, by look-up in tables.</summary>
/// <remarks>
/// Tokens are read in order. Each adds to all windows that contain it at once: the sums after it, by its offset in the window,
/// are the sums before it moved on by one offset, plus its row of the table. Sums and maxima of every position are kept, so that a row that
/// begins like the one before it reads only what is new. A window is always summed from its first token to its last: the bits do not depend
/// on what was shared.
/// </remarks>
internal sealed unsafe class WindowMaxima(FilterGroup[] groups, int length)
{
    // What the largest of the groups needs.
    private readonly AlignedArray _sums = new(length * groups.Max(group => group.RowSize));
    private readonly AlignedArray _maxima = new(length * groups.Max(group => group.Columns));

    /// <summary>
    /// Moves on to a row of a group, whose table has its filters' products, [slots, <see cref="FilterGroup.RowSize"/>]. So many of the
    /// row's first tokens are those of the row before; 0 for the first row of a group.
    /// </summary>
    /// <returns>The largest sum of each filter; valid until the next row.</returns>
    public ReadOnlySpan<float> Advance(in FilterGroup group, float* table, ReadOnlySpan<int> slots, int shared)
    {
        int width = group.Width, columns = group.Columns, rowSize = group.RowSize;
        for (int position = shared; position < slots.Length; position++)
        {
            float* token = table + slots[position] * (long)rowSize, sums = _sums.Pointer + position * rowSize;
            int firstOffset = Math.Max(0, position - (slots.Length - width)), lastOffset = Math.Min(position, width - 1);
            if (firstOffset == 0)
                Copy(token, sums, columns);
            Add(token, sums - rowSize - columns, sums, Math.Max(firstOffset, 1) * columns, (lastOffset + 1) * columns);
            if (lastOffset == width - 1)
                Raise(sums + lastOffset * columns, _maxima.Pointer + position * columns, columns, isFirst: position == lastOffset);
        }

        return new ReadOnlySpan<float>(_maxima.Pointer + (slots.Length - 1) * columns, group.Count);
    }

    private static void Copy(float* source, float* target, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
            Vector.Load(source + i).Store(target + i);
    }

    private static void Add(float* left, float* right, float* target, int from, int to)
    {
        for (int i = from; i < to; i += Vector<float>.Count)
            (Vector.Load(left + i) + Vector.Load(right + i)).Store(target + i);
    }

    private static void Raise(float* sums, float* maxima, int columns, bool isFirst)
    {
        if (isFirst)
        {
            Copy(sums, maxima, columns);
            return;
        }

        for (int i = 0; i < columns; i += Vector<float>.Count)
            Vector.Max(Vector.Load(maxima - columns + i), Vector.Load(sums + i)).Store(maxima + i);
    }
}

/// <summary>Some filters of one width, few enough that the tables of a whole vocabulary for them stay in a processor's cache.</summary>
/// <remarks>First is the number of the first filter within its convolution, Feature the number of its feature.</remarks>
internal readonly record struct FilterGroup(int Convolution, int Width, int First, int Count, int Feature)
{
    // 1.3 KB a token: 6 MB for 5000 tokens, and the sums of a sequence of 20 stay in the first cache.
    private const int RowFloats = 320;

    /// <summary>The filters, rounded up to whole vectors.</summary>
    public int Columns => RoundUp(Count, Vector<float>.Count);

    /// <summary>The numbers of a token in this group's table, [width, columns].</summary>
    public int RowSize => Width * Columns;

    public static FilterGroup[] Split(IReadOnlyList<(int Width, int Filters)> windows)
    {
        var groups = new List<FilterGroup>();
        int feature = 0;
        for (int convolution = 0; convolution < windows.Count; convolution++)
        {
            (int width, int filters) = windows[convolution];
            int most = Math.Max(Vector<float>.Count, RowFloats / width);
            int size = RoundUp((filters + (filters - 1) / most) / (1 + (filters - 1) / most), Vector<float>.Count);
            for (int first = 0; first < filters; first += size)
                groups.Add(new FilterGroup(convolution, width, first, Math.Min(size, filters - first), feature + first));
            feature += filters;
        }

        return [.. groups];
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
