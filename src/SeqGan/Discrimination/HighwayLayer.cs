using TorchSharp.Utils;

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

/// <summary>
/// A highway layer with a backward pass that writes the weights' gradients where those of the last step were: tens of megabytes that the
/// system need not provide each time.
/// </summary>
/// <remarks>The gradients are set, not added to what was there: one backward pass a step.</remarks>
internal sealed class HighwayFunction : autograd.SingleTensorFunction<HighwayFunction>
{
    private const string Weights = "weights", Values = "values";

    public override string Name => nameof(HighwayFunction);

    /// <summary>Features [batch, size] to as many.</summary>
    public static Tensor Apply(Tensor input, HighwayWeights weights) => apply([input, weights]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BackwardFailure.Watch(ctx);
        using var scope = NewDisposeScope();
        var input = (Tensor)vars[0];
        var weights = (HighwayWeights)vars[1];
        Tensor gate = weights.Gate.Apply(input).sigmoid_(), transformed = weights.Transform.Apply(input).relu_();
        ctx.save_data(Weights, weights);

        // Scopes of the forward pass end before the backward pass.
        ctx.save_data(
            Values, (input.alias().DetachFromDisposeScope(), gate.DetachFromDisposeScope(), transformed.DetachFromDisposeScope()));
        return (input + (gate * (transformed - input))).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardFailure.Guard(ctx, 2, () => Differentiate(ctx, grad_output));

    private static List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor savedInput, Tensor savedGate, Tensor savedTransformed) = ((Tensor, Tensor, Tensor))ctx.get_data(Values);
        using Tensor input = savedInput, gate = savedGate, transformed = savedTransformed;
        var weights = (HighwayWeights)ctx.get_data(Weights);
        using Scalar zero = 0;
        Tensor shared = grad_output * gate, kept = ones_like(gate) - gate;
        Tensor toTransform = shared * transformed.gt(zero), toGate = shared * kept * (transformed - input);
        weights.Transform.SetGradient(input, toTransform);
        weights.Gate.SetGradient(input, toGate);
        Tensor result = (grad_output * kept).addmm_(toTransform, weights.Transform.Weight).addmm_(toGate, weights.Gate.Weight);
        return [result.MoveToOuterDisposeScope(), null!];
    }
}

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
