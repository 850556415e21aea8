using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>A linear layer's matrix product, without its bias, in the precision that scoring asks for.</summary>
internal sealed class ScoringProduct(Linear layer, ScoringPrecision precision) : IDisposable
{
    private Tensor? _rounded;

    /// <summary>Writes input [rows, inputs] times the weight transposed to output [rows, outputs].</summary>
    public void Apply(Tensor input, Tensor output)
    {
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
}
