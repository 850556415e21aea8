using TorchSharp;

namespace SeqGan.Tests.Discrimination;

/// <summary>A user's module without parameters: the mean token.</summary>
internal sealed class MeanTokenModule() : torch.nn.Module<torch.Tensor, torch.Tensor>(nameof(MeanTokenModule))
{
    public override torch.Tensor forward(torch.Tensor input) => input.to_type(torch.ScalarType.Float32).mean([1]);
}
