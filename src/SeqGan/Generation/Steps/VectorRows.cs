using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>Sums and scaled sums of rows whose length is a multiple of 8.</summary>
internal static unsafe class VectorRows
{
    /// <summary>Adds the sum of all rows to a row.</summary>
    public static void Sum(float* rows, int length, int count, float* sum)
    {
        for (int row = 0; row < count; row++)
            AddScaled(rows + (long)row * length, 1, sum, length);
    }

    /// <summary>target += scale * values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* values, float scale, float* target, int length)
    {
        for (int i = 0; i < length; i += Vector256<float>.Count)
            Vector256.MultiplyAddEstimate(Vector256.Load(values + i), Vector256.Create(scale), Vector256.Load(target + i)).Store(target + i);
    }

    /// <summary>target = scale * values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* values, float scale, float* target, int length)
    {
        for (int i = 0; i < length; i += Vector256<float>.Count)
            (Vector256.Load(values + i) * scale).Store(target + i);
    }
}
