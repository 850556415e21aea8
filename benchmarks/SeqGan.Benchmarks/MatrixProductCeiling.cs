using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Benchmarks;

/// <summary>What the machine does at best: floating-point operations a second of libtorch's matrix product of the highway's size.</summary>
internal static class MatrixProductCeiling
{
    public static double Measure(ScalarType precision = ScalarType.Float32)
    {
        const int Rows = 2048, Size = 1720;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor left = rand(Rows, Size).to(precision), right = rand(Size, Size).to(precision), product = zeros(Rows, Size, dtype: precision);
        double best = 0;
        for (int turn = 0; turn < 8; turn++)
        {
            using var inner = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            left.mm(right);
            best = Math.Max(best, 2.0 * Rows * Size * Size / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
