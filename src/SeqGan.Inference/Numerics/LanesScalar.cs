using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    public static LanesScalar operator +(LanesScalar left, LanesScalar right)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] += right._lanes[i];
        return left;
    }

    public static LanesScalar operator -(LanesScalar left, LanesScalar right)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] -= right._lanes[i];
        return left;
    }

    public static LanesScalar operator *(LanesScalar left, LanesScalar right)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] *= right._lanes[i];
        return left;
    }

    public static LanesScalar operator /(LanesScalar left, LanesScalar right)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] /= right._lanes[i];
        return left;
    }

    public static LanesScalar MultiplyAdd(LanesScalar left, LanesScalar right, LanesScalar addend)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] = MathF.FusedMultiplyAdd(left._lanes[i], right._lanes[i], addend._lanes[i]);
        return left;
    }

    public static LanesScalar Max(LanesScalar left, LanesScalar right)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            left._lanes[i] = left._lanes[i] > right._lanes[i] ? left._lanes[i] : right._lanes[i];
        return left;
    }

    public static LanesScalar WhereAbove(LanesScalar x, LanesScalar limit, LanesScalar value)
    {
        for (int i = 0; i < Sixteen.Count; i++)
            value._lanes[i] = x._lanes[i] <= limit._lanes[i] ? 0 : value._lanes[i];
        return value;
    }

    public static LanesScalar ScaleByPowerOfTwo(LanesScalar value, LanesScalar exponent)
    {
        for (int i = 0; i < Sixteen.Count; i++)
        {
            int shift = BitConverter.SingleToInt32Bits(exponent._lanes[i]) << 23;
            value._lanes[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value._lanes[i]) + shift);
        }

        return value;
    }

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
        for (int i = 1; i < Sixteen.Count; i++)
            largest = value._lanes[i] > largest ? value._lanes[i] : largest;
        return largest;
    }

    [InlineArray(Count)]
    [StructLayout(LayoutKind.Sequential)]
    private struct Sixteen
    {
        public const int Count = 16;

        private float _first;
    }
}
