using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>A highway layer for scoring: two matrix products, and everything else in one pass over what they gave.</summary>
internal sealed unsafe class CompiledHighway(Linear transform, Linear gate, ScoringPrecision precision) : IDisposable
{
    // Rows that a thread takes at a time.
    private const int BlockRows = 16;

    private const int OperationsPerElement = 16;

    private readonly ScoringProduct _transform = new(transform, precision);
    private readonly ScoringProduct _gate = new(gate, precision);

    /// <summary>Replaces the features [rows, size] by the layer's output; the two products are scratch of the same shape.</summary>
    public void Apply(Tensor features, Tensor transformed, Tensor gated)
    {
        _transform.Apply(features, transformed);
        _gate.Apply(features, gated);
        int rows = (int)features.shape[0], size = (int)features.shape[1];
        float* x = TensorMemory.Of(features), h = TensorMemory.Of(transformed), t = TensorMemory.Of(gated);
        float* transformBias = TensorMemory.Of(transform.bias!), gateBias = TensorMemory.Of(gate.bias!);
        Workload.Share((rows + BlockRows - 1) / BlockRows, Workload.IsWorthThreads(rows * (long)size * OperationsPerElement), units =>
        {
            foreach (int unit in units)
            {
                for (int row = unit * BlockRows; row < Math.Min(rows, (unit + 1) * BlockRows); row++)
                {
                    long start = (long)row * size;
                    Blend(x + start, h + start, t + start, transformBias, gateBias, size);
                }
            }
        });
    }

    /// <summary>To be called when the layer's weights have changed.</summary>
    public void Forget()
    {
        _transform.Forget();
        _gate.Forget();
    }

    public void Dispose()
    {
        _transform.Dispose();
        _gate.Dispose();
    }

    private static void Blend(float* x, float* h, float* t, float* transformBias, float* gateBias, int size)
    {
        int column = 0;
        for (; column <= size - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<float> input = Vector.Load(x + column);
            Vector<float> gate = VectorSigmoid.Of(Vector.Load(t + column) + Vector.Load(gateBias + column));
            Vector<float> transformed = Vector.Max(Vector.Load(h + column) + Vector.Load(transformBias + column), Vector<float>.Zero);
            (input + gate * (transformed - input)).Store(x + column);
        }

        for (; column < size; column++)
        {
            float gate = VectorSigmoid.Of(new Vector<float>(t[column] + gateBias[column]))[0];
            x[column] += gate * (MathF.Max(h[column] + transformBias[column], 0) - x[column]);
        }
    }
}
