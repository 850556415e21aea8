using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>Elementary functions of eight floats at once, accurate to about 1e-7 of the result. NaN stays NaN.</summary>
internal static class VectorMath
{
    // Beyond these, the power of two below leaves the normal floats.
    private const float Lowest = -86, Highest = 88;

    /// <summary>e to the power of values of at most <see cref="Highest"/>; 0 below <see cref="Lowest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Adding this rounds to an integer, which then stands in the lowest bits.
        Vector256<float> rounding = Vector256.Create(12582912f);
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(1.44269504f), rounding);
        Vector256<float> power = shifted - rounding;

        // ln 2 in two parts, the first with few digits, so that the difference is exact.
        Vector256<float> r = Vector256.MultiplyAddEstimate(power, Vector256.Create(-0.693115234f), x);
        r = Vector256.MultiplyAddEstimate(power, Vector256.Create(-3.19461833e-05f), r);
        Vector256<float> q = Vector256.Create(0.00139262131f);
        q = Vector256.MultiplyAddEstimate(q, r, Vector256.Create(0.00836320315f));
        q = Vector256.MultiplyAddEstimate(q, r, Vector256.Create(0.0416665561f));
        q = Vector256.MultiplyAddEstimate(q, r, Vector256.Create(0.166665763f));
        q = Vector256.MultiplyAddEstimate(q, r, Vector256.Create(0.5f));
        q = Vector256.MultiplyAddEstimate(q, r * r, r) + Vector256<float>.One;
        Vector256<float> result = (q.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256<float>.Zero, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Exp(Vector256.Min(-x, Vector256.Create(Highest))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // Near 0 the exponential would cancel.
        Vector256<float> z = x * x;
        Vector256<float> q = Vector256.Create(-0.00626911968f);
        q = Vector256.MultiplyAddEstimate(q, z, Vector256.Create(0.0211109594f));
        q = Vector256.MultiplyAddEstimate(q, z, Vector256.Create(-0.0538739488f));
        q = Vector256.MultiplyAddEstimate(q, z, Vector256.Create(0.133329153f));
        q = Vector256.MultiplyAddEstimate(q, z, Vector256.Create(-0.333333313f));
        Vector256<float> near = Vector256.MultiplyAddEstimate(q * z, x, x);
        Vector256<float> far = Vector256.Create(2f) * Sigmoid(x + x) - Vector256<float>.One;
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256.Create(0.36f)), near, far);
    }
}
