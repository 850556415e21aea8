using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Discrimination;

/// <summary>
/// Convolutions over embedded tokens and their max-over-time pooling, on the CPU, with a backward pass that follows the one
/// window which the pooling chose: a small part of what the convolutions' own would compute.
/// </summary>
internal sealed class PooledConvolution : autograd.SingleTensorFunction<PooledConvolution>
{
    private const string Pooling = "pooling";

    public override string Name => nameof(PooledConvolution);

    /// <summary>Token ids [batch, length] to the largest value of each filter, [batch, features].</summary>
    public static Tensor Apply(Tensor tokens, Embedding embedding, IList<Conv1d> convolutions) => apply(
        [tokens, embedding.weight!, .. convolutions.Select(layer => layer.weight!), .. convolutions.Select(layer => layer.bias!)]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BackwardFailure.Watch(ctx);
        using var scope = NewDisposeScope();
        Tensor[] inputs = [.. vars.Cast<Tensor>()];
        int count = (inputs.Length - 2) / 2;
        Tensor embedded = inputs[1].index_select(0, inputs[0].view(-1)).view(inputs[0].shape[0], inputs[0].shape[1], -1);
        Tensor columns = embedded.transpose(1, 2).contiguous();
        var pooled = new (Tensor Values, Tensor Windows)[count];
        for (int index = 0; index < count; index++)
            pooled[index] = nn.functional.conv1d(columns, inputs[2 + index], inputs[2 + count + index]).max(2);
        Tensor windows = cat([.. pooled.Select(pool => pool.Windows)], 1);
        ctx.save_data(Pooling, new ChosenWindows(inputs[0], embedded, (int)inputs[1].shape[0], inputs[2..(2 + count)], windows));
        return cat([.. pooled.Select(pool => pool.Values)], 1).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var windows = (ChosenWindows)ctx.get_data(Pooling);
        return BackwardFailure.Guard(ctx, windows.Inputs, () => [null!, .. windows.Backward(grad_output)]);
    }
}
