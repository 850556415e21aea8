using System.Numerics;

namespace SeqGan;

/// <summary>The logistic function of a vector, to about two units in the last place.</summary>
internal static class VectorSigmoid
{
    // Beyond, e^-x is no normal number; 1 / (1 + e^-x) is 0 or 1 to float32 well before.
    private const float Limit = 87;

    public static Vector<float> Of(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    private static Vector<float> Exp(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(-Limit)), new Vector<float>(Limit));

        // e^x = 2^n e^r with |r| <= ln 2 / 2; ln 2 in two parts, so that n times the first is exact.
        Vector<float> n = Vector.Round(x * new Vector<float>(1.44269504f));
        Vector<float> r = x - n * new Vector<float>(0.693359375f) + n * new Vector<float>(2.12194440e-4f);
        Vector<float> p = new(1f / 5040);
        p = p * r + new Vector<float>(1f / 720);
        p = p * r + new Vector<float>(1f / 120);
        p = p * r + new Vector<float>(1f / 24);
        p = p * r + new Vector<float>(1f / 6);
        p = p * r + new Vector<float>(0.5f);
        p = p * r + Vector<float>.One;
        p = p * r + Vector<float>.One;
        Vector<int> scale = Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23);
        return p * Vector.AsVectorSingle(scale);
    }
}
