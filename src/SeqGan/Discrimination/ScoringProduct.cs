using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>A linear layer's matrix product, without its bias, in the precision that scoring asks for.</summary>
internal sealed unsafe class ScoringProduct(Linear layer, ScoringPrecision precision) : IDisposable
{
    // In libtorch's smaller products, the bits of a row depend on where it is and on how many others there are.
    private const int LibTorchInputs = 64;

    private Tensor? _rounded;

    /// <summary>Writes input [rows, inputs] times the weight transposed to output [rows, outputs].</summary>
    public void Apply(Tensor input, Tensor output)
    {
        if (input.shape[1] < LibTorchInputs)
        {
            MultiplyRows(TensorMemory.Of(input), TensorMemory.Of(layer.weight!), TensorMemory.Of(output), (int)input.shape[0], (int)input.shape[1], (int)output.shape[1]);
            return;
        }

        using var scope = NewDisposeScope();
        if (precision == ScoringPrecision.Full)
        {
            output.addmm_(input, layer.weight!.t(), 0, 1);
            return;
        }

        _rounded ??= layer.weight!.to_type(ScalarType.BFloat16).DetachFromDisposeScope();
        output.copy_(input.to_type(ScalarType.BFloat16).matmul(_rounded.t()));
    }

    /// <summary>To be called when the layer's weight has changed.</summary>
    public void Forget()
    {
        _rounded?.Dispose();
        _rounded = null;
    }

    public void Dispose() => Forget();

    /// <summary>Each row apart, always in full precision: small products have nothing to gain from less.</summary>
    private static void MultiplyRows(float* input, float* weight, float* output, int rows, int inputs, int outputs)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < outputs; column++)
                *output++ = Dot(input + (long)row * inputs, weight + (long)column * inputs, inputs);
        }
    }

    private static float Dot(float* left, float* right, int count)
    {
        Vector<float> sums = Vector<float>.Zero;
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            sums += Vector.Load(left + index) * Vector.Load(right + index);
        float sum = Vector.Sum(sums);
        for (; index < count; index++)
            sum += left[index] * right[index];
        return sum;
    }
}
