using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

/// <summary>The identity, with a backward pass that throws while it is told to.</summary>
internal sealed class FailingFunction : autograd.SingleTensorFunction<FailingFunction>
{
    public override string Name => nameof(FailingFunction);

    public static bool Fails { get; set; }

    public static Tensor Apply(Tensor input) => apply([input]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BackwardFailure.Watch(ctx);
        return ((Tensor)vars[0]).clone();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardFailure.Guard(ctx, 1, () => Fails ? throw new InvalidOperationException("no gradient") : [grad_output.clone()]);
}
