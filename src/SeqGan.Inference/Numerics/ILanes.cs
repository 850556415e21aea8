namespace SeqGan.Numerics;

/// <summary>
/// Sixteen numbers that are computed side by side, in whatever registers the processor has. All implementations give the same bits for the
/// same input, so that a seed gives the same tokens on every machine.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many rows' sums stay in registers: 2, 6 or 8.</summary>
    static abstract int TileRows { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    static abstract void Store(TSelf value, float* destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The larger of each pair. NaN on the right stays NaN; on the left it may be lost.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>0 where <paramref name="x"/> is at most the limit, the value elsewhere.</summary>
    static abstract TSelf WhereAbove(TSelf x, TSelf limit, TSelf value);

    /// <summary>value * 2^n, where n is what the low bits of <paramref name="exponent"/> hold.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf value, TSelf exponent);

    /// <summary>The sum of the sixteen, by halves: lane i and lane i + 8, then + 4, + 2, + 1.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The largest of the sixteen.</summary>
    static abstract float Largest(TSelf value);
}

/// <summary>Elementary functions of sixteen lanes. NaN stays NaN, so that diverged weights show in a loss.</summary>
/// <remarks>The error is about two units in the last place; that of the hyperbolic tangent, two units in the last place of 1.</remarks>
internal static class LaneFunctions
{
    // Below it exp is less than the smallest normal number and counts as 0.
    private const float LeastExponent = -87.3f;

    // Added to a number of moderate size, it leaves the nearest integer in the low bits.
    private const float Rounder = 12582912f;

    /// <summary>e^x for x up to 88; 0 below -87.3.</summary>
    /// <remarks>x = n ln 2 + r with |r| at most ln 2 / 2; e^r by the polynomial of degree 6 with the least relative error, 3e-9.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes exponent = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), TLanes.Broadcast(Rounder));
        TLanes n = exponent - TLanes.Broadcast(Rounder);

        // ln 2 in two parts, the first with so few digits that its product with n is exact.
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);
        TLanes p = TLanes.MultiplyAdd(TLanes.Broadcast(0.001381459638f), r, TLanes.Broadcast(0.008368717091f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.041668388093f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.166665206294f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.499999934476f));
        p = TLanes.MultiplyAdd(p, r * r, r) + TLanes.Broadcast(1);
        return TLanes.WhereAbove(x, TLanes.Broadcast(LeastExponent), TLanes.ScaleByPowerOfTwo(p, exponent));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        return one / (one + Exp(TLanes.Broadcast(0) - TLanes.Max(TLanes.Broadcast(-87), x)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.MultiplyAdd(TLanes.Broadcast(2), Sigmoid(x + x), TLanes.Broadcast(-1));
}
