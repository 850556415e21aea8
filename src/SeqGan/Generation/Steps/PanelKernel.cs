using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>The left factor of a product, with any strides: element (row, k) is values[row * Row + k * Depth].</summary>
internal readonly unsafe record struct LeftFactor(nint Address, nint Row, nint Depth)
{
    public LeftFactor(float* values, nint row, nint depth)
        : this((nint)values, row, depth)
    {
    }

    public float* Values => (float*)Address;
}

/// <summary>
/// The right factor, in panels of 16 columns: element (k, column) is values[k * Depth + column / 16 * Panel + column % 16].
/// </summary>
internal readonly unsafe record struct RightFactor(nint Address, nint Depth, nint Panel)
{
    public RightFactor(float* values, nint depth, nint panel)
        : this((nint)values, depth, panel)
    {
    }

    public float* Values => (float*)Address;
}

/// <summary>
/// Matrix products with a small side, single-threaded. An element's sum runs over k in order, whatever the other rows and
/// columns are.
/// </summary>
internal static unsafe class PanelKernel
{
    public const int PanelColumns = 16;

    private const int BlockRows = 6;

    /// <summary>The next multiple of the panel's columns.</summary>
    public static int Padded(int columns) => (columns + PanelColumns - 1) / PanelColumns * PanelColumns;

    /// <summary>result [rows, columns] = initial + left [rows, depth] times right [depth, columns].</summary>
    /// <param name="left">The left factor.</param>
    /// <param name="right">The right factor.</param>
    /// <param name="initial">What is added, [rows, columns], rows <paramref name="initialRow"/> floats apart; null for nothing.</param>
    /// <param name="initialRow">0 adds the same to each row.</param>
    /// <param name="result">May be the same as what is added.</param>
    /// <param name="resultRow">How far its rows are apart.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="depth">The number of summands.</param>
    /// <param name="columns">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        LeftFactor left, RightFactor right, float* initial, nint initialRow, float* result, nint resultRow, int rows, int depth, int columns)
    {
        for (int column = 0; column < columns; column += PanelColumns)
        {
            float* panel = right.Values + column / PanelColumns * right.Panel;
            float* start = initial is null ? null : initial + column;
            int row = 0;
            for (; row <= rows - BlockRows; row += BlockRows)
            {
                MultiplySixRows(
                    left.Values + row * left.Row, left.Row, left.Depth, panel, right.Depth, depth,
                    start is null ? null : start + row * initialRow, initialRow, result + row * resultRow + column, resultRow);
            }

            for (; row < rows; row += 2)
            {
                // A last row alone is its own neighbour: computed twice, stored twice.
                nint other = row + 1 < rows ? 1 : 0;
                MultiplyTwoRows(
                    left.Values + row * left.Row, other * left.Row, left.Depth, panel, right.Depth, depth,
                    start is null ? null : start + row * initialRow, other * initialRow, result + row * resultRow + column, other * resultRow);
            }
        }
    }

    // 12 sums, 2 columns' vectors and 1 broadcast fit the 16 registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplySixRows(
        float* a, nint row, nint step, float* b, nint next, int depth, float* initial, nint initialRow, float* result, nint resultRow)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (initial is not null)
        {
            (c00, c01) = Load(initial);
            (c10, c11) = Load(initial + initialRow);
            (c20, c21) = Load(initial + 2 * initialRow);
            (c30, c31) = Load(initial + 3 * initialRow);
            (c40, c41) = Load(initial + 4 * initialRow);
            (c50, c51) = Load(initial + 5 * initialRow);
        }

        nint twoRows = 2 * row;
        float* lower = a + 3 * row;
        for (int k = 0; k < depth; k++)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(x, b1, c01);
            x = Vector256.Create(a[row]);
            c10 = Vector256.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(x, b1, c11);
            x = Vector256.Create(a[twoRows]);
            c20 = Vector256.MultiplyAddEstimate(x, b0, c20);
            c21 = Vector256.MultiplyAddEstimate(x, b1, c21);
            x = Vector256.Create(*lower);
            c30 = Vector256.MultiplyAddEstimate(x, b0, c30);
            c31 = Vector256.MultiplyAddEstimate(x, b1, c31);
            x = Vector256.Create(lower[row]);
            c40 = Vector256.MultiplyAddEstimate(x, b0, c40);
            c41 = Vector256.MultiplyAddEstimate(x, b1, c41);
            x = Vector256.Create(lower[twoRows]);
            c50 = Vector256.MultiplyAddEstimate(x, b0, c50);
            c51 = Vector256.MultiplyAddEstimate(x, b1, c51);
            a += step;
            lower += step;
            b += next;
        }

        Store(result, c00, c01);
        Store(result + resultRow, c10, c11);
        Store(result + 2 * resultRow, c20, c21);
        Store(result + 3 * resultRow, c30, c31);
        Store(result + 4 * resultRow, c40, c41);
        Store(result + 5 * resultRow, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTwoRows(
        float* a, nint row, nint step, float* b, nint next, int depth, float* initial, nint initialRow, float* result, nint resultRow)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default;
        if (initial is not null)
        {
            (c00, c01) = Load(initial);
            (c10, c11) = Load(initial + initialRow);
        }

        for (int k = 0; k < depth; k++)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(*a);
            c00 = Vector256.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(x, b1, c01);
            x = Vector256.Create(a[row]);
            c10 = Vector256.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(x, b1, c11);
            a += step;
            b += next;
        }

        Store(result, c00, c01);
        Store(result + resultRow, c10, c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Load(float* values) => (Vector256.Load(values), Vector256.Load(values + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* values, Vector256<float> low, Vector256<float> high)
    {
        low.Store(values);
        high.Store(values + 8);
    }
}
