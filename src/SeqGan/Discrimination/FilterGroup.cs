using System.Numerics;

namespace SeqGan.Discrimination;

/// <summary>Some filters of one width, few enough that the tables of a whole vocabulary for them stay in a processor's cache.</summary>
/// <param name="Convolution">The convolution's index.</param>
/// <param name="Width">The filters' width.</param>
/// <param name="First">The first filter within the convolution.</param>
/// <param name="Count">The number of filters.</param>
/// <param name="Feature">The feature of the first filter.</param>
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
