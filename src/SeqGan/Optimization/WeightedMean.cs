using System.Runtime.Intrinsics;

namespace SeqGan.Optimization;

/// <summary>Weighted means of weights in this process's memory. libtorch's threads would hinder those of the next managed step.</summary>
internal static unsafe class WeightedMean
{
    private const int BlockElements = 1 << 14;

    /// <summary>Each target becomes rate * target + (1 - rate) * source; at a rate of 0, the source.</summary>
    public static void Update((Parameter Target, Parameter Source)[] weights, double rate)
    {
        int[] lengths = [.. weights.Select(pair => (int)pair.Target.NumberOfElements)];
        (nint Target, nint Source)[] memory =
            [.. weights.Select(pair => ((nint)TensorMemory.Of(pair.Target), (nint)TensorMemory.Of(pair.Source)))];
        (int Array, int Start, int Length)[] blocks = Workload.Cut(lengths, _ => BlockElements);
        Workload.Run(blocks.Length, Workload.IsWorthThreads(lengths.Sum(length => (long)length)), i =>
        {
            (int array, int start, int length) = blocks[i];
            float* target = (float*)memory[array].Target + start, source = (float*)memory[array].Source + start;
            if (rate == 0)
                new ReadOnlySpan<float>(source, length).CopyTo(new Span<float>(target, length));
            else
                Update(target, source, (float)rate, (float)(1 - rate), length);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* target, float* source, float kept, float taken, int length)
    {
        int i = 0;
        for (; i <= length - Vector256<float>.Count; i += Vector256<float>.Count)
            (Vector256.Load(target + i) * kept + Vector256.Load(source + i) * taken).Store(target + i);
        for (; i < length; i++)
            target[i] = target[i] * kept + source[i] * taken;
    }
}
