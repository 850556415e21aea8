using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>The two linear maps of a highway layer, and the memory of their weights' gradients.</summary>
internal sealed class HighwayWeights(Linear transform, Linear gate) : IDisposable
{
    public Map Transform { get; } = new(transform);

    public Map Gate { get; } = new(gate);

    public void Dispose()
    {
        Transform.Dispose();
        Gate.Dispose();
    }

    internal sealed class Map(Linear linear) : IDisposable
    {
        private Tensor? _gradient;

        public Tensor Weight => linear.weight!;

        public Tensor Apply(Tensor input) => nn.functional.linear(input, linear.weight!, linear.bias);

        /// <summary>The gradients of weight and bias, given those of the outputs.</summary>
        public void SetGradient(Tensor input, Tensor output)
        {
            if (_gradient is null || _gradient.device != input.device)
            {
                _gradient?.Dispose();
                _gradient = zeros_like(linear.weight!).DetachFromDisposeScope();
            }

            _gradient.addmm_(output.t(), input, beta: 0, alpha: 1);
            linear.weight!.grad = _gradient;
            linear.bias!.grad = output.sum([0L]);
        }

        public void Dispose() => _gradient?.Dispose();
    }
}
