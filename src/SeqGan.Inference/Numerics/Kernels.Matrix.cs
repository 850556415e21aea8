namespace SeqGan.Numerics;

/// <summary>The left factor of a product, with any strides: element (row, k) is values[row * Row + k * Depth].</summary>
internal readonly unsafe struct LeftFactor(float* values, nint row, nint depth)
{
    public readonly float* Values = values;
    public readonly nint Row = row, Depth = depth;
}

/// <summary>
/// The right factor, in blocks of 16 columns: element (k, column) is values[k * Depth + column / 16 * Block + column % 16].
/// </summary>
internal readonly unsafe struct RightFactor(float* values, nint depth, nint block)
{
    public readonly float* Values = values;
    public readonly nint Depth = depth, Block = block;

    /// <summary>A matrix whose rows, of whole blocks, are one after the other.</summary>
    public static RightFactor OfRows(float* values, nint columns) => new(values, columns, PackedMatrix.BlockColumns);
}

/// <summary>Matrix products with a small side, on one thread; an element is summed over k in order, rounded once a term.</summary>
/// <remarks>
/// As many rows are computed together as have room for their sums in registers: a block of the right factor is then loaded once for all of
/// them. The order of the terms, and so every bit, is the same for any number of rows.
/// </remarks>
internal sealed unsafe partial class Kernels<TLanes>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns)
    {
        for (int column = 0; column < columns; column += Lanes)
        {
            float* w = right.Values + (column / Lanes * right.Block), x = left.Values, y = result + column;
            float* s = start is null ? null : start + column;
            for (int row = 0, count; row < rows; row += count)
            {
                count = rows - row >= TLanes.TileRows ? TLanes.TileRows : rows - row >= 2 ? 2 : 1;
                if (TLanes.TileRows == 8 && count == 8)
                    EightRows(x, left.Row, left.Depth, w, right.Depth, depth, s, startRow, y, resultRow);
                else if (TLanes.TileRows == 6 && count == 6)
                    SixRows(x, left.Row, left.Depth, w, right.Depth, depth, s, startRow, y, resultRow);
                else if (count == 2)
                    TwoRows(x, left.Row, left.Depth, w, right.Depth, depth, s, startRow, y, resultRow);
                else
                    OneRow(x, left.Depth, w, right.Depth, depth, s, y);
                x += count * left.Row;
                y += count * resultRow;
                s = s is null ? null : s + (count * startRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Start(float* start, nint offset) => start is null ? TLanes.Broadcast(0) : TLanes.Load(start + offset);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(float* x, nint step, float* w, nint next, int depth, float* start, float* y)
    {
        TLanes sum = Start(start, 0);
        for (int k = 0; k < depth; k++, x += step, w += next)
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(*x), TLanes.Load(w), sum);
        TLanes.Store(sum, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(
        float* x, nint row, nint step, float* w, nint next, int depth, float* start, nint startRow, float* y, nint yRow)
    {
        TLanes s0 = Start(start, 0), s1 = Start(start, startRow);
        for (int k = 0; k < depth; k++, x += step, w += next)
        {
            TLanes weights = TLanes.Load(w);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(*x), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x[row]), weights, s1);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows(
        float* x, nint row, nint step, float* w, nint next, int depth, float* start, nint startRow, float* y, nint yRow)
    {
        TLanes s0 = Start(start, 0), s1 = Start(start, startRow), s2 = Start(start, 2 * startRow);
        TLanes s3 = Start(start, 3 * startRow), s4 = Start(start, 4 * startRow), s5 = Start(start, 5 * startRow);
        nint twoRows = 2 * row;
        float* lower = x + (3 * row);
        for (int k = 0; k < depth; k++, x += step, lower += step, w += next)
        {
            TLanes weights = TLanes.Load(w);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(*x), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x[row]), weights, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(x[twoRows]), weights, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(*lower), weights, s3);
            s4 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[row]), weights, s4);
            s5 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[twoRows]), weights, s5);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yRow);
        TLanes.Store(s2, y + (2 * yRow));
        TLanes.Store(s3, y + (3 * yRow));
        TLanes.Store(s4, y + (4 * yRow));
        TLanes.Store(s5, y + (5 * yRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(
        float* x, nint row, nint step, float* w, nint next, int depth, float* start, nint startRow, float* y, nint yRow)
    {
        TLanes s0 = Start(start, 0), s1 = Start(start, startRow), s2 = Start(start, 2 * startRow);
        TLanes s3 = Start(start, 3 * startRow), s4 = Start(start, 4 * startRow), s5 = Start(start, 5 * startRow);
        TLanes s6 = Start(start, 6 * startRow), s7 = Start(start, 7 * startRow);
        nint twoRows = 2 * row, threeRows = 3 * row;
        float* lower = x + (4 * row);
        for (int k = 0; k < depth; k++, x += step, lower += step, w += next)
        {
            TLanes weights = TLanes.Load(w);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(*x), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x[row]), weights, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(x[twoRows]), weights, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(x[threeRows]), weights, s3);
            s4 = TLanes.MultiplyAdd(TLanes.Broadcast(*lower), weights, s4);
            s5 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[row]), weights, s5);
            s6 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[twoRows]), weights, s6);
            s7 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[threeRows]), weights, s7);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yRow);
        TLanes.Store(s2, y + (2 * yRow));
        TLanes.Store(s3, y + (3 * yRow));
        TLanes.Store(s4, y + (4 * yRow));
        TLanes.Store(s5, y + (5 * yRow));
        TLanes.Store(s6, y + (6 * yRow));
        TLanes.Store(s7, y + (7 * yRow));
    }
}
