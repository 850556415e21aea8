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

    /// <summary>A matrix with one block of columns after the other.</summary>
    public static RightFactor OfBlocks(float* values, nint rows) =>
        new(values, PackedMatrix.BlockColumns, rows * PackedMatrix.BlockColumns);
}

/// <summary>Matrix products with a small side, on one thread; an element is summed over k in order, rounded once a term.</summary>
/// <remarks>
/// As many rows are computed together as have room for their sums in registers: a block of the right factor is then loaded once for all of
/// them. The order of the terms, and so every bit, is the same for any number of rows.
/// </remarks>
internal sealed unsafe partial class Kernels<TLanes>
{
    // A block of sixteen columns of the right factor fits the first cache, one of the left factor the second.
    private const int DepthBlock = 256, RowBlock = 96;

    public override void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns)
    {
        // A copy pays where each of its numbers is used often.
        bool copies = left is { Row: 1, Depth: not 1 } && columns >= 4 * Lanes;
        if (!copies && rows <= RowBlock && depth <= 2 * DepthBlock)
        {
            MultiplyBlock(left, 0, right, start, startRow, result, resultRow, rows, depth, columns);
            return;
        }

        for (int row = 0; row < rows; row += RowBlock)
        {
            float* y = result + (row * resultRow), s = start is null ? null : start + (row * startRow);
            nint sRow = startRow;
            for (int k = 0; k < depth; k += DepthBlock)
            {
                var x = new LeftFactor(left.Values + (row * left.Row) + (k * left.Depth), left.Row, left.Depth);
                var w = new RightFactor(right.Values + (k * right.Depth), right.Depth, right.Block);
                (int blockRows, int blockDepth) = (Math.Min(RowBlock, rows - row), Math.Min(DepthBlock, depth - k));
                if (copies)
                    MultiplyCopy(x, w, s, sRow, y, resultRow, blockRows, blockDepth, columns);
                else
                    MultiplyBlock(x, 0, w, s, sRow, y, resultRow, blockRows, blockDepth, columns);
                s = y;
                sRow = resultRow;
            }
        }
    }

    // Of a transposed matrix, each k's rows are in another place, often another page.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyCopy(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns)
    {
        float* copy = stackalloc float[RowBlock * DepthBlock], source = left.Values;
        for (int k = 0; k < depth; k++, source += left.Depth)
        {
            int row = 0;
            float* target = copy + (k * TLanes.TileRows);
            for (; row <= rows - TLanes.TileRows; row += TLanes.TileRows, target += TLanes.TileRows * depth)
            {
                for (int i = 0; i < TLanes.TileRows; i += 2)
                    *(long*)(target + i) = *(long*)(source + row + i);
            }

            for (int i = 0; row < rows; i++, row++)
                target[i] = source[row];
        }

        var tiles = new LeftFactor(copy, 1, TLanes.TileRows);
        MultiplyBlock(tiles, TLanes.TileRows * (nint)depth, right, start, startRow, result, resultRow, rows, depth, columns);
    }

    // The left factor's rows are one after the other, or, as long as a tile is long, in tiles of as many as are computed together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(
        in LeftFactor left, nint tile, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns)
    {
        nint row = left.Row, step = left.Depth, next = right.Depth;
        for (int column = 0; column < columns; column += Lanes)
        {
            float* w = right.Values + (column / Lanes * right.Block), x = left.Values, y = result + column;
            float* s = start is null ? null : start + column;
            for (int missing = rows, count; missing > 0; missing -= count)
            {
                count = missing >= TLanes.TileRows ? TLanes.TileRows : missing >= 4 ? 4 : missing >= 2 ? 2 : 1;
                if (TLanes.TileRows == 8 && count == 8)
                    EightRows(x, row, step, w, next, depth, s, startRow, y, resultRow);
                else if (TLanes.TileRows == 6 && count == 6)
                    SixRows(x, row, step, w, next, depth, s, startRow, y, resultRow);
                else if (count == 4)
                    FourRows(x, row, step, w, next, depth, s, startRow, y, resultRow);
                else if (count == 2)
                    TwoRows(x, row, step, w, next, depth, s, startRow, y, resultRow);
                else
                    OneRow(x, step, w, next, depth, s, y);
                x += tile > 0 && count == TLanes.TileRows ? tile : count * row;
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
    private static void FourRows(
        float* x, nint row, nint step, float* w, nint next, int depth, float* start, nint startRow, float* y, nint yRow)
    {
        TLanes s0 = Start(start, 0), s1 = Start(start, startRow), s2 = Start(start, 2 * startRow), s3 = Start(start, 3 * startRow);
        nint twoRows = 2 * row, threeRows = 3 * row;
        for (int k = 0; k < depth; k++, x += step, w += next)
        {
            TLanes weights = TLanes.Load(w);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(*x), weights, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(x[row]), weights, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(x[twoRows]), weights, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(x[threeRows]), weights, s3);
        }

        TLanes.Store(s0, y);
        TLanes.Store(s1, y + yRow);
        TLanes.Store(s2, y + (2 * yRow));
        TLanes.Store(s3, y + (3 * yRow));
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
