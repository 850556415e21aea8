using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

/// <summary>A user's module with all that a state must hold: batch statistics, dropout, a mask, a count, a frozen weight.</summary>
internal sealed class UserNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _embedding = nn.Embedding(11, 4);
    private readonly BatchNorm1d _norm = nn.BatchNorm1d(4);
    private readonly Dropout _dropout = nn.Dropout(0.5);
    private readonly Linear _output = nn.Linear(4, 1);
    private readonly Parameter _frozen = nn.Parameter(full(4, 0.5f), requires_grad: false);
    private readonly Tensor _mask = tensor(new[] { 0, float.NegativeInfinity });
    private readonly Tensor _count = zeros(1, ScalarType.Int64);

    public UserNetwork()
        : base(nameof(UserNetwork)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (training)
            _count.add_(ones_like(_count));
        Tensor features = _norm.forward(_embedding.forward(input).mean([1])) + _frozen;
        return _output.forward(_dropout.forward(features)).MoveToOuterDisposeScope();
    }
}
