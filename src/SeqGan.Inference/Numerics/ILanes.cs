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
