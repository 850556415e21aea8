using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SeqGan.Numerics;

/// <summary>Sixteen lanes in four registers of four.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) : ILanes<Lanes128>
{
    private readonly Vector128<float> _a = a;
    private readonly Vector128<float> _b = b;
    private readonly Vector128<float> _c = c;
    private readonly Vector128<float> _d = d;

    public static int TileRows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value)
    {
        Vector128<float> lanes = Vector128.Create(value);
        return new(lanes, lanes, lanes, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* destination)
    {
        value._a.Store(destination);
        value._b.Store(destination + 4);
        value._c.Store(destination + 8);
        value._d.Store(destination + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) =>
        new(left._a + right._a, left._b + right._b, left._c + right._c, left._d + right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) =>
        new(left._a - right._a, left._b - right._b, left._c - right._c, left._d - right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) =>
        new(left._a * right._a, left._b * right._b, left._c * right._c, left._d * right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) =>
        new(left._a / right._a, left._b / right._b, left._c / right._c, left._d / right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 left, Lanes128 right, Lanes128 addend) => new(
        MultiplyAdd(left._a, right._a, addend._a),
        MultiplyAdd(left._b, right._b, addend._b),
        MultiplyAdd(left._c, right._c, addend._c),
        MultiplyAdd(left._d, right._d, addend._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 left, Lanes128 right) =>
        new(Max(left._a, right._a), Max(left._b, right._b), Max(left._c, right._c), Max(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereAbove(Lanes128 x, Lanes128 limit, Lanes128 value) => new(
        Vector128.AndNot(value._a, Vector128.LessThanOrEqual(x._a, limit._a)),
        Vector128.AndNot(value._b, Vector128.LessThanOrEqual(x._b, limit._b)),
        Vector128.AndNot(value._c, Vector128.LessThanOrEqual(x._c, limit._c)),
        Vector128.AndNot(value._d, Vector128.LessThanOrEqual(x._d, limit._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ScaleByPowerOfTwo(Lanes128 value, Lanes128 exponent) =>
        new(Scale(value._a, exponent._a), Scale(value._b, exponent._b), Scale(value._c, exponent._c), Scale(value._d, exponent._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value) => Sum((value._a + value._c) + (value._b + value._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes128 value) => Largest(Max(Max(value._a, value._c), Max(value._b, value._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Fma.IsSupported || AdvSimd.IsSupported
            ? Vector128.FusedMultiplyAdd(left, right, addend)
            : EmulatedMultiplyAdd.Compute(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector128<float> value)
    {
        Vector128<float> pairs = value + Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1));
        return pairs.GetElement(0) + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Largest(Vector128<float> value)
    {
        Vector128<float> pairs = Max(value, Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(pairs.GetElement(0), pairs.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Max(Vector128<float> left, Vector128<float> right) => Vector128.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Scale(Vector128<float> value, Vector128<float> exponent) =>
        (value.AsInt32() + Vector128.ShiftLeft(exponent.AsInt32(), 23)).AsSingle();
}

/// <summary>A fused multiply-add for processors and compilations without the instruction: the same bits, several times slower.</summary>
/// <remarks>
/// In double precision the product is exact and the sum is rounded once. Rounding that to single precision gives the fused result unless it
/// is exactly between two neighbours, where the first rounding may have hidden on which side the true sum is; the library's function
/// computes those few. A result below the smallest normal number may differ in its last bit, which no sigmoid, exponential or larger sum
/// can show.
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
