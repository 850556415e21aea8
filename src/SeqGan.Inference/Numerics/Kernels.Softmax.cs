using System.Runtime.CompilerServices;

namespace SeqGan.Numerics;

/// <summary>From a row of logits to one token: softmax, its sums by section, truncation, and the inverse cumulated distribution.</summary>
internal sealed unsafe partial class Kernels<TLanes>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Largest(float* logits, int columns)
    {
        TLanes largest = TLanes.Load(logits);
        for (int i = Lanes; i < columns; i += Lanes)
            largest = TLanes.Max(largest, TLanes.Load(logits + i));
        return TLanes.Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float SumSections(float* weights, int columns, float* sums)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Draw(float* values, int columns, float* sums, float total, float uniform)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float SumAbove(float* values, int columns, float limit)
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit);
        for (int i = 0; i < columns; i += Lanes)
        {
            TLanes value = TLanes.Load(values + i);
            sum += TLanes.WhereAbove(value, bound, value);
        }

        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int CountAbove(float* values, int columns, float limit)
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit), one = TLanes.Broadcast(1);
        for (int i = 0; i < columns; i += Lanes)
            sum += TLanes.WhereAbove(TLanes.Load(values + i), bound, one);
        return (int)TLanes.Sum(sum);
    }
}
