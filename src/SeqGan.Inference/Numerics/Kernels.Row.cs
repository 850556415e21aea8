using System.Runtime.CompilerServices;

namespace SeqGan.Numerics;

/// <summary>Sums, products and blends of rows of any length.</summary>
internal sealed unsafe partial class Kernels<TLanes>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(float* values, float scale, float* target, int length)
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            TLanes.Store(TLanes.MultiplyAdd(factor, TLanes.Load(values + i), TLanes.Load(target + i)), target + i);
        for (; i < length; i++)
            target[i] = MathF.FusedMultiplyAdd(scale, values[i], target[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* values, float scale, float* target, int length)
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            TLanes.Store(factor * TLanes.Load(values + i), target + i);
        for (; i < length; i++)
            target[i] = scale * values[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length)
    {
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            HighwayLanes(x + i, h + i, hBias + i, t + i, tBias + i);
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

        HighwayLanes(rest, rest + Lanes, rest + (2 * Lanes), rest + (3 * Lanes), rest + (4 * Lanes));
        new ReadOnlySpan<float>(rest, length - i).CopyTo(new Span<float>(x + i, length - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HighwayLanes(float* x, float* h, float* hBias, float* t, float* tBias)
    {
        TLanes input = TLanes.Load(x), gate = LaneFunctions.Sigmoid(TLanes.Load(t) + TLanes.Load(tBias));
        TLanes transformed = TLanes.Max(TLanes.Broadcast(0), TLanes.Load(h) + TLanes.Load(hBias));
        TLanes.Store(input + (gate * (transformed - input)), x);
    }
}
