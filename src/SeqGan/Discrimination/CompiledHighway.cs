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
        Workload.Run((rows + BlockRows - 1) / BlockRows, Workload.IsWorthThreads(rows * (long)size * OperationsPerElement), unit =>
        {
            for (int row = unit * BlockRows; row < Math.Min(rows, (unit + 1) * BlockRows); row++)
            {
                long start = (long)row * size;
                Kernels.Best.Highway(x + start, h + start, transformBias, t + start, gateBias, size);
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

/// <summary>A linear layer's matrix product, without its bias, in the precision that scoring asks for.</summary>
internal sealed unsafe class ScoringProduct(Linear layer, ScoringPrecision precision) : IDisposable
{
    // In libtorch's smaller products, the bits of a row depend on where it is and on how many others there are.
    private const int LibTorchInputs = 64;

    private readonly AlignedArray _products = new();
    private Tensor? _rounded;
    private PackedMatrix? _packed;

    /// <summary>Writes input [rows, inputs] times the weight transposed to output [rows, outputs].</summary>
    public void Apply(Tensor input, Tensor output)
    {
        if (input.shape[1] < LibTorchInputs)
        {
            Multiply(TensorMemory.Of(input), TensorMemory.Of(output), (int)input.shape[0], (int)output.shape[1]);
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
        (_rounded, _packed) = (null, null);
    }

    public void Dispose() => Forget();

    /// <summary>Always in full precision: small products have nothing to gain from less.</summary>
    private void Multiply(float* input, float* output, int rows, int outputs)
    {
        if (_packed is null)
        {
            int inputs = (int)layer.weight!.shape[1];
            _packed = new PackedMatrix(inputs, outputs);
            _packed.SetColumns(0, new ReadOnlySpan<float>(TensorMemory.Of(layer.weight!), inputs * outputs));
        }

        int columns = _packed.Columns;
        float* products = _products.Reserve((long)rows * columns);
        Kernels.Best.MultiplyAdd(input, _packed.Inputs, rows, _packed, null, 0, products, columns);
        for (int row = 0; row < rows; row++)
        {
            var product = new ReadOnlySpan<float>(products + ((long)row * columns), outputs);
            product.CopyTo(new Span<float>(output + ((long)row * outputs), outputs));
        }
    }
}
