namespace SeqGan.Numerics;

/// <summary>Sixteen lanes one after the other, for processors without vectors and as the reference in tests.</summary>
internal unsafe struct LanesScalar : ILanes<LanesScalar>
{
    private Sixteen _lanes;

    public static int TileRows => 2;

    public static LanesScalar Broadcast(float value)
    {
        LanesScalar lanes = default;
        ((Span<float>)lanes._lanes).Fill(value);
        return lanes;
    }

    public static LanesScalar Load(float* source)
    {
        LanesScalar lanes = default;
        new ReadOnlySpan<float>(source, Sixteen.Count).CopyTo(lanes._lanes);
        return lanes;
    }

    public static void Store(LanesScalar value, float* destination) =>
        ((Span<float>)value._lanes).CopyTo(new Span<float>(destination, Sixteen.Count));

    public static LanesScalar operator +(LanesScalar left, LanesScalar right) => Map(left, right, right, static (l, r, _) => l + r);

    public static LanesScalar operator -(LanesScalar left, LanesScalar right) => Map(left, right, right, static (l, r, _) => l - r);

    public static LanesScalar operator *(LanesScalar left, LanesScalar right) => Map(left, right, right, static (l, r, _) => l * r);

    public static LanesScalar operator /(LanesScalar left, LanesScalar right) => Map(left, right, right, static (l, r, _) => l / r);

    public static LanesScalar MultiplyAdd(LanesScalar left, LanesScalar right, LanesScalar addend) =>
        Map(left, right, addend, MathF.FusedMultiplyAdd);

    public static LanesScalar Max(LanesScalar left, LanesScalar right) => Map(left, right, right, static (l, r, _) => l > r ? l : r);

    public static LanesScalar WhereAbove(LanesScalar x, LanesScalar limit, LanesScalar value) =>
        Map(x, limit, value, static (x, limit, value) => x <= limit ? 0 : value);

    public static LanesScalar ScaleByPowerOfTwo(LanesScalar value, LanesScalar exponent) => Map(
        value, exponent, exponent,
        static (v, e, _) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(v) + (BitConverter.SingleToInt32Bits(e) << 23)));

    public static float Sum(LanesScalar value)
    {
        for (int half = Sixteen.Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                value._lanes[i] += value._lanes[i + half];
        }

        return value._lanes[0];
    }

    public static float Largest(LanesScalar value)
    {
        float largest = value._lanes[0];
        foreach (float lane in value._lanes)
            largest = lane > largest ? lane : largest;
        return largest;
    }

    private static LanesScalar Map(LanesScalar a, LanesScalar b, LanesScalar c, Func<float, float, float, float> function)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            a._lanes[i] = function(a._lanes[i], b._lanes[i], c._lanes[i]);
        return a;
    }

    [InlineArray(Count)]
    private struct Sixteen
    {
        public const int Count = PackedMatrix.BlockColumns;

        private float _first;
    }
}
