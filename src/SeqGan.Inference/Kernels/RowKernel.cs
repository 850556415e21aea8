using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>Sums, products and blends of rows of any length.</summary>
internal static unsafe class RowKernel
{
    private const int Lanes = PackedMatrix.BlockColumns;

    /// <summary>target += scale * values, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled<TLanes>(float* values, float scale, float* target, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            TLanes.Store(TLanes.MultiplyAdd(factor, TLanes.Load(values + i), TLanes.Load(target + i)), target + i);
        for (; i < length; i++)
            target[i] = MathF.FusedMultiplyAdd(scale, values[i], target[i]);
    }

    /// <summary>target = scale * values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<TLanes>(float* values, float scale, float* target, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            TLanes.Store(factor * TLanes.Load(values + i), target + i);
        for (; i < length; i++)
            target[i] = scale * values[i];
    }

    /// <summary>A highway layer's output: x += sigmoid(t + tBias) * (relu(h + hBias) - x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Highway<TLanes>(float* x, float* h, float* hBias, float* t, float* tBias, int length)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            HighwayLanes<TLanes>(x + i, h + i, hBias + i, t + i, tBias + i);
        if (i == length)
            return;

        // The rest of a row as lanes of its own: what is beyond belongs to the next row.
        float* rest = stackalloc float[5 * Lanes];
        for (int column = 0; i + column < length; column++)
        {
            int at = i + column;
            (rest[column], rest[Lanes + column], rest[(2 * Lanes) + column]) = (x[at], h[at], hBias[at]);
            (rest[(3 * Lanes) + column], rest[(4 * Lanes) + column]) = (t[at], tBias[at]);
        }

        HighwayLanes<TLanes>(rest, rest + Lanes, rest + (2 * Lanes), rest + (3 * Lanes), rest + (4 * Lanes));
        new ReadOnlySpan<float>(rest, length - i).CopyTo(new Span<float>(x + i, length - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HighwayLanes<TLanes>(float* x, float* h, float* hBias, float* t, float* tBias)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes input = TLanes.Load(x), gate = LaneFunctions.Sigmoid(TLanes.Load(t) + TLanes.Load(tBias));
        TLanes transformed = TLanes.Max(TLanes.Broadcast(0), TLanes.Load(h) + TLanes.Load(hBias));
        TLanes.Store(input + (gate * (transformed - input)), x);
    }
}
