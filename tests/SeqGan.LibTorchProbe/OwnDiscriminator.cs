using TorchSharp.Modules;

using static TorchSharp.torch;

namespace SeqGan.LibTorchProbe;

internal sealed class OwnDiscriminator : nn.Module<Tensor, Tensor>
{
    private readonly Linear _output = nn.Linear(8, 1);

    public OwnDiscriminator()
        : base(nameof(OwnDiscriminator)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _output.forward(input).sigmoid();
}
