using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan.Numerics;

/// <summary>A fused multiply-add for processors and compilations without the instruction: the same bits, several times slower.</summary>
/// <remarks>
/// In double precision the product is exact and the sum is rounded once. Rounding that to single precision gives the fused
/// result unless it is exactly between two neighbours, where the first rounding may have hidden on which side the true sum is;
/// the library's function computes those few. A result below the smallest normal number may differ in its last bit, which no
/// sigmoid, exponential or larger sum can show.
/// </remarks>
internal static class EmulatedMultiplyAdd
{
    // Of the 29 bits that single precision drops from double precision's lower half, only the first is set.
    private static Vector128<int> DroppedBits => Vector128.Create(0x1FFF_FFFF, 0, 0x1FFF_FFFF, 0);

    private static Vector128<int> HalfWay => Vector128.Create(0x1000_0000, -1, 0x1000_0000, -1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Compute(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        Vector128<double> lower = (Vector128.WidenLower(left) * Vector128.WidenLower(right)) + Vector128.WidenLower(addend);
        Vector128<double> upper = (Vector128.WidenUpper(left) * Vector128.WidenUpper(right)) + Vector128.WidenUpper(addend);
        Vector128<int> doubtful =
            Vector128.Equals(lower.AsInt32() & DroppedBits, HalfWay) | Vector128.Equals(upper.AsInt32() & DroppedBits, HalfWay);
        return doubtful == Vector128<int>.Zero ? Vector128.Narrow(lower, upper) : OneByOne(left, right, addend);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> OneByOne(Vector128<float> left, Vector128<float> right, Vector128<float> addend) => Vector128.Create(
        MathF.FusedMultiplyAdd(left[0], right[0], addend[0]),
        MathF.FusedMultiplyAdd(left[1], right[1], addend[1]),
        MathF.FusedMultiplyAdd(left[2], right[2], addend[2]),
        MathF.FusedMultiplyAdd(left[3], right[3], addend[3]));
}
