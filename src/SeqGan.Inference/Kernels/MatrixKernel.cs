using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>y = start + x W, each element summed over the inputs in ascending order with one rounding a term.</summary>
/// <remarks>
/// As many rows are computed together as have room for their sums in registers: a block of weights is then loaded once for
/// all of them. The order of the terms, and so every bit, is the same for any number of rows.
/// </remarks>
internal static unsafe class MatrixKernel
{
    private const int Lanes = PackedMatrix.BlockColumns;

    /// <param name="x">[rows, matrix.Inputs].</param>
    /// <param name="xStride">From one row of x to the next.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="matrix">W, [inputs, columns].</param>
    /// <param name="start">What the products are added to, [rows, columns]; may be y.</param>
    /// <param name="startStride">0 where all rows start from the same.</param>
    /// <param name="y">[rows, columns], columns in whole blocks.</param>
    /// <param name="yStride">From one row of y to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd<TLanes>(
        float* x, nint xStride, int rows, PackedMatrix matrix, float* start, nint startStride, float* y, nint yStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int inputs = matrix.Inputs;
        for (int block = 0; block < matrix.Blocks; block++)
        {
            float* w = matrix.Block(block), s = start + (block * Lanes), t = y + (block * Lanes);
            int row = 0;
            for (; TLanes.TileRows == 8 && row + 8 <= rows; row += 8)
                EightRows<TLanes>(x + (row * xStride), xStride, inputs, w, s + (row * startStride), startStride, t + (row * yStride), yStride);
            for (; TLanes.TileRows == 6 && row + 6 <= rows; row += 6)
                SixRows<TLanes>(x + (row * xStride), xStride, inputs, w, s + (row * startStride), startStride, t + (row * yStride), yStride);
            for (; row + 2 <= rows; row += 2)
                TwoRows<TLanes>(x + (row * xStride), xStride, inputs, w, s + (row * startStride), startStride, t + (row * yStride), yStride);
            if (row < rows)
                OneRow<TLanes>(x + (row * xStride), inputs, w, s + (row * startStride), t + (row * yStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<TLanes>(float* x, int inputs, float* w, float* start, float* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Load(start);
        for (float* end = w + (inputs * Lanes); w < end; w += Lanes)
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(*x++), TLanes.Load(w), sum);
        TLanes.Store(sum, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows<TLanes>(float* x0, nint xStride, int inputs, float* w, float* start, nint startStride, float* y, nint yStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* x1 = x0 + xStride;
        TLanes s0 = TLanes.Load(start), s1 = TLanes.Load(start + startStride);
        float* end = w + (inputs * Lanes);
        for (nint k = 0; w < end; k++)
        {
            TLanes weights = TLanes.Load(w);
            w += Lanes;
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(x0[k]), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x1[k]), weights, s1);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows<TLanes>(float* x0, nint xStride, int inputs, float* w, float* start, nint startStride, float* y, nint yStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride, x4 = x3 + xStride, x5 = x4 + xStride;
        TLanes s0 = TLanes.Load(start), s1 = TLanes.Load(start + startStride);
        TLanes s2 = TLanes.Load(start + (2 * startStride)), s3 = TLanes.Load(start + (3 * startStride));
        TLanes s4 = TLanes.Load(start + (4 * startStride)), s5 = TLanes.Load(start + (5 * startStride));
        float* end = w + (inputs * Lanes);
        for (nint k = 0; w < end; k++)
        {
            TLanes weights = TLanes.Load(w);
            w += Lanes;
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(x0[k]), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x1[k]), weights, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(x2[k]), weights, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(x3[k]), weights, s3);
            s4 = TLanes.MultiplyAdd(TLanes.Broadcast(x4[k]), weights, s4);
            s5 = TLanes.MultiplyAdd(TLanes.Broadcast(x5[k]), weights, s5);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yStride);
        TLanes.Store(s2, y + (2 * yStride));
        TLanes.Store(s3, y + (3 * yStride));
        TLanes.Store(s4, y + (4 * yStride));
        TLanes.Store(s5, y + (5 * yStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows<TLanes>(float* x0, nint xStride, int inputs, float* w, float* start, nint startStride, float* y, nint yStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride, x4 = x3 + xStride, x5 = x4 + xStride, x6 = x5 + xStride, x7 = x6 + xStride;
        TLanes s0 = TLanes.Load(start), s1 = TLanes.Load(start + startStride);
        TLanes s2 = TLanes.Load(start + (2 * startStride)), s3 = TLanes.Load(start + (3 * startStride));
        TLanes s4 = TLanes.Load(start + (4 * startStride)), s5 = TLanes.Load(start + (5 * startStride));
        TLanes s6 = TLanes.Load(start + (6 * startStride)), s7 = TLanes.Load(start + (7 * startStride));
        float* end = w + (inputs * Lanes);
        for (nint k = 0; w < end; k++)
        {
            TLanes weights = TLanes.Load(w);
            w += Lanes;
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(x0[k]), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x1[k]), weights, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(x2[k]), weights, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(x3[k]), weights, s3);
            s4 = TLanes.MultiplyAdd(TLanes.Broadcast(x4[k]), weights, s4);
            s5 = TLanes.MultiplyAdd(TLanes.Broadcast(x5[k]), weights, s5);
            s6 = TLanes.MultiplyAdd(TLanes.Broadcast(x6[k]), weights, s6);
            s7 = TLanes.MultiplyAdd(TLanes.Broadcast(x7[k]), weights, s7);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yStride);
        TLanes.Store(s2, y + (2 * yStride));
        TLanes.Store(s3, y + (3 * yStride));
        TLanes.Store(s4, y + (4 * yStride));
        TLanes.Store(s5, y + (5 * yStride));
        TLanes.Store(s6, y + (6 * yStride));
        TLanes.Store(s7, y + (7 * yStride));
    }
}
