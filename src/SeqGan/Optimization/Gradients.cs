using System.Runtime.Intrinsics;

namespace SeqGan.Optimization;

/// <summary>The Euclidean norm of the gradients, and the step of an optimizer within a limit of it.</summary>
internal static unsafe class Gradients
{
    private const int BlockElements = 1 << 14;

    /// <summary>The norm of all gradients together; infinite also where their squares, which Adam takes, are beyond a float.</summary>
    public static double Norm(IReadOnlyList<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        if (!Array.TrueForAll(gradients, TensorMemory.IsPlain))
            return nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity);
        int[] lengths = [.. gradients.Select(gradient => (int)gradient.NumberOfElements)];
        nint[] memory = [.. gradients.Select(gradient => (nint)TensorMemory.Of(gradient))];
        (int Array, int Start, int Length)[] blocks = Workload.Cut(lengths, _ => BlockElements);
        double[] sums = new double[blocks.Length];
        Workload.Run(blocks.Length, Workload.IsWorthThreads(lengths.Sum(length => (long)length)), i =>
        {
            (int array, int start, int length) = blocks[i];
            sums[i] = SumOfSquares((float*)memory[array] + start, length);
        });
        double sum = sums.Sum();
        return sum > float.MaxValue ? double.PositiveInfinity : Math.Sqrt(sum);
    }

    /// <summary>One step, the gradients scaled down from their norm to the limit; 0 is no limit.</summary>
    public static void Step(optim.Optimizer optimizer, IReadOnlyList<Parameter> parameters, double norm, double limit)
    {
        // The small summand is PyTorch's.
        double scale = limit > 0 ? Math.Min(1, limit / (norm + 1e-6)) : 1;
        if (optimizer is OnePassAdam adam)
        {
            adam.Step(scale);
            return;
        }

        Scale(parameters, scale);
        optimizer.step()?.Dispose();
    }

    /// <summary>Scales the gradients where they lie.</summary>
    public static void Scale(IEnumerable<Parameter> parameters, double scale)
    {
        if (scale == 1)
            return;
        using var noGrad = no_grad();
        using Scalar factor = scale;
        foreach (Parameter parameter in parameters)
        {
            using Tensor? gradient = parameter.grad;
            gradient?.mul_(factor).Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares(float* values, int length)
    {
        Vector256<double> low = default, high = default;
        int i = 0;
        for (; i <= length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Load(values + i));
            low += first * first;
            high += second * second;
        }

        double sum = Vector256.Sum(low + high);
        for (; i < length; i++)
            sum += (double)values[i] * values[i];
        return sum;
    }
}
