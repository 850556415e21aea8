using TorchSharp;
using TorchSharp.Modules;

namespace SeqGan.Tests.Discrimination;

/// <summary>A user's module: an embedding, what a function makes of it [batch, length, 4], nothing else.</summary>
internal sealed class LambdaModule : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Embedding _embedding = torch.nn.Embedding(11, 4);
    private readonly Func<torch.Tensor, torch.Tensor> _forward;

    public LambdaModule(Func<torch.Tensor, torch.Tensor> forward)
        : base(nameof(LambdaModule))
    {
        _forward = forward;
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input) => _forward(_embedding.forward(input));
}
