using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>From a row of logits to one token: softmax, its sums by section, truncation, and the inverse cumulated distribution.</summary>
internal static unsafe class SoftmaxKernel
{
    /// <summary>So many tokens have one sum in the search for a draw's place.</summary>
    public const int SectionColumns = 256;

    private const int Lanes = PackedMatrix.BlockColumns;

    public static int Sections(int columns) => (columns + SectionColumns - 1) / SectionColumns;

    /// <summary>The largest of the logits.</summary>
    /// <param name="logits">[columns].</param>
    /// <param name="columns">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest<TLanes>(float* logits, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes largest = TLanes.Load(logits);
        for (int i = Lanes; i < columns; i += Lanes)
            largest = TLanes.Max(largest, TLanes.Load(logits + i));
        return TLanes.Largest(largest);
    }

    /// <summary>Replaces logits x by exp((x - largest) * scale), and sums each section.</summary>
    /// <returns>The sections' sums, added in order.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentiate<TLanes>(float* logits, int columns, float largest, float scale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes shift = TLanes.Broadcast(largest), factor = TLanes.Broadcast(scale);
        float total = 0;
        for (int start = 0; start < columns; start += SectionColumns)
        {
            TLanes sum = TLanes.Broadcast(0);
            int end = Math.Min(columns, start + SectionColumns);
            for (int i = start; i < end; i += Lanes)
            {
                TLanes weight = LaneFunctions.Exp((TLanes.Load(logits + i) - shift) * factor);
                TLanes.Store(weight, logits + i);
                sum += weight;
            }

            total += sums[start / SectionColumns] = TLanes.Sum(sum);
        }

        return total;
    }

    /// <summary>The sum of each section.</summary>
    /// <returns>The sections' sums, added in order.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumSections<TLanes>(float* weights, int columns, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float total = 0;
        for (int start = 0; start < columns; start += SectionColumns)
        {
            TLanes sum = TLanes.Broadcast(0);
            int end = Math.Min(columns, start + SectionColumns);
            for (int i = start; i < end; i += Lanes)
                sum += TLanes.Load(weights + i);
            total += sums[start / SectionColumns] = TLanes.Sum(sum);
        }

        return total;
    }

    /// <summary>The token at which the cumulated weights first exceed a uniform number's share of their total.</summary>
    /// <param name="values">Weights, [columns].</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="sums">The sections' sums.</param>
    /// <param name="total">Their total; positive.</param>
    /// <param name="uniform">In [0, 1), a multiple of 2^-23, so that its product with the total stays below the total.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Draw<TLanes>(float* values, int columns, float* sums, float total, float uniform)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float threshold = uniform * total, cumulated = 0;
        int section = 0;
        while (section < Sections(columns) - 1 && cumulated + sums[section] <= threshold)
            cumulated += sums[section++];
        int start = section * SectionColumns, end = Math.Min(columns, start + SectionColumns);
        for (int i = start; i < end; i += Lanes)
        {
            float sum = TLanes.Sum(TLanes.Load(values + i));
            if (cumulated + sum <= threshold)
            {
                cumulated += sum;
                continue;
            }

            for (int token = i; token < i + Lanes; token++)
            {
                cumulated += values[token];
                if (cumulated > threshold)
                    return token;
            }
        }

        // Two differently rounded sums: the draw fell between the section's last token and its end.
        int last = end - 1;
        while (last > start && values[last] == 0)
            last--;
        return last;
    }

    /// <summary>The sum of what is above a limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumAbove<TLanes>(float* values, int columns, float limit)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit);
        for (int i = 0; i < columns; i += Lanes)
        {
            TLanes value = TLanes.Load(values + i);
            sum += TLanes.WhereAbove(value, bound, value);
        }

        return TLanes.Sum(sum);
    }

    /// <summary>How many are above a limit; at most 2^24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountAbove<TLanes>(float* values, int columns, float limit)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit), one = TLanes.Broadcast(1);
        for (int i = 0; i < columns; i += Lanes)
            sum += TLanes.WhereAbove(TLanes.Load(values + i), bound, one);
        return (int)TLanes.Sum(sum);
    }
}
