namespace SeqGan.Discrimination;

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
                    Kernels.Best.Highway(x + start, h + start, transformBias, t + start, gateBias, size);
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
}
