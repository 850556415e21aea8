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

    private readonly TrainedMap _trainedTransform, _trainedGate;

    public HighwayLayer(int size, DiscriminatorWeights weights)
        : base(nameof(HighwayLayer))
    {
        (_transform, _gate) = (nn.Linear(size, size), nn.Linear(size, size));
        weights.Glorot(_transform.weight!);
        weights.Glorot(_gate.weight!);
        DiscriminatorWeights.Constant(_transform.bias!, 0);
        DiscriminatorWeights.Constant(_gate.bias!, 0);
        register_module("transform", _transform);
        register_module("gate", _gate);
        (_trainedTransform, _trainedGate) = (new TrainedMap(_transform), new TrainedMap(_gate));
    }

    public override Tensor forward(Tensor input)
    {
        if (training && is_grad_enabled())
            return HighwayFunction.Apply(input, _trainedTransform, _trainedGate);
        using var scope = NewDisposeScope();
        Tensor gate = _gate.forward(input).sigmoid();
        Tensor transformed = _transform.forward(input).relu();
        return (input + gate * (transformed - input)).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _trainedTransform.Dispose();
            _trainedGate.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Its forward pass for scoring. The layer stays the owner of its weights.</summary>
    public CompiledHighway Compile(ScoringPrecision precision) => new(_transform, _gate, precision);
}

/// <summary>A highway layer whose backward pass reuses the memory of the last step's gradients, tens of megabytes.</summary>
/// <remarks>The gradients are set, not added to what was there: one backward pass a step.</remarks>
internal sealed class HighwayFunction : autograd.SingleTensorFunction<HighwayFunction>
{
    private const string Maps = "maps", Values = "values";

    public override string Name => nameof(HighwayFunction);

    /// <summary>Features [batch, size] to as many.</summary>
    public static Tensor Apply(Tensor input, TrainedMap transform, TrainedMap gate) => apply([input, transform, gate]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BackwardFailure.Watch(ctx);
        using var scope = NewDisposeScope();
        var (input, transformMap, gateMap) = ((Tensor)vars[0], (TrainedMap)vars[1], (TrainedMap)vars[2]);
        Tensor gate = gateMap.Apply(input).sigmoid_(), transformed = transformMap.Apply(input).relu_();
        ctx.save_data(Maps, (transformMap, gateMap));

        // Scopes of the forward pass end before the backward pass.
        ctx.save_data(
            Values, (input.alias().DetachFromDisposeScope(), gate.DetachFromDisposeScope(), transformed.DetachFromDisposeScope()));
        return (input + (gate * (transformed - input))).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardFailure.Guard(ctx, 3, () => Differentiate(ctx, grad_output));

    private static List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor savedInput, Tensor savedGate, Tensor savedTransformed) = ((Tensor, Tensor, Tensor))ctx.get_data(Values);
        using Tensor input = savedInput, gate = savedGate, transformed = savedTransformed;
        (TrainedMap transformMap, TrainedMap gateMap) = ((TrainedMap, TrainedMap))ctx.get_data(Maps);
        using Scalar zero = 0;
        Tensor shared = grad_output * gate, kept = ones_like(gate) - gate;
        Tensor toTransform = shared * transformed.gt(zero), toGate = shared * kept * (transformed - input);
        transformMap.SetGradient(input, toTransform);
        gateMap.SetGradient(input, toGate);
        Tensor result = (grad_output * kept).addmm_(toTransform, transformMap.Weight).addmm_(toGate, gateMap.Weight);
        return [result.MoveToOuterDisposeScope(), null!, null!];
    }
}

/// <summary>A linear layer and the memory of its weight's gradient. The layer keeps its owner.</summary>
internal sealed class TrainedMap(Linear linear) : IDisposable
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
