using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SeqGan.Discrimination;

/// <summary>y = t * relu(W_H x + b_H) + (1 - t) * x with t = sigmoid(W_T x + b_T) (Srivastava, Greff, Schmidhuber 2015).</summary>
internal sealed class HighwayLayer : nn.Module<Tensor, Tensor>
{
    // A parent registers a child's fields on its own; without their names it would register them a second time.
    [ComponentName(Name = "transform")]
    private readonly Linear _transform;

    [ComponentName(Name = "gate")]
    private readonly Linear _gate;

    private readonly HighwayWeights _weights;

    public HighwayLayer(int size, DiscriminatorWeights weights)
        : base(nameof(HighwayLayer))
    {
        _transform = nn.Linear(size, size);
        _gate = nn.Linear(size, size);
        weights.Glorot(_transform.weight!);
        weights.Glorot(_gate.weight!);
        DiscriminatorWeights.Constant(_transform.bias!, 0);
        DiscriminatorWeights.Constant(_gate.bias!, 0);
        register_module("transform", _transform);
        register_module("gate", _gate);
        _weights = new HighwayWeights(_transform, _gate);
    }

    public override Tensor forward(Tensor input)
    {
        if (training && is_grad_enabled())
            return HighwayFunction.Apply(input, _weights);
        using var scope = NewDisposeScope();
        Tensor gate = _gate.forward(input).sigmoid();
        Tensor transformed = _transform.forward(input).relu();
        return (input + gate * (transformed - input)).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _weights.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Its forward pass for scoring. The layer stays the owner of its weights.</summary>
    public CompiledHighway Compile(ScoringPrecision precision) => new(_transform, _gate, precision);
}
