using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan.Numerics;

/// <summary>Takes tokens out of a row of logits.</summary>
internal static unsafe class MaskKernel
{
    private const int WordBits = 64;

    /// <summary>Makes the logits of tokens whose bit is 0 minus infinity.</summary>
    /// <param name="logits">[columns].</param>
    /// <param name="columns">A multiple of 8.</param>
    /// <param name="allowed">Bit i of word w is token 64 w + i.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* logits, int columns, ReadOnlySpan<ulong> allowed)
    {
        Vector256<int> lanes = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        Vector256<float> never = Vector256.Create(float.NegativeInfinity);
        for (int word = 0, start = 0; start < columns; word++, start += WordBits)
        {
            ulong bits = word < allowed.Length ? allowed[word] : 0;
            if (bits == ulong.MaxValue)
                continue;
            int end = Math.Min(columns, start + WordBits);
            for (int i = start; i < end; i += Vector256<float>.Count, bits >>= 8)
            {
                Vector256<int> forbidden = Vector256.Equals(Vector256.Create((int)(bits & 0xFF)) & lanes, Vector256<int>.Zero);
                Vector256.ConditionalSelect(forbidden.AsSingle(), never, Vector256.Load(logits + i)).Store(logits + i);
            }
        }
    }
}
