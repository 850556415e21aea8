using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>Tells real sequences from generated ones: three neighbouring tokens at a time, and the strongest sign of each kind.</summary>
internal sealed class MyDiscriminator : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly Conv1d _convolution;
    private readonly Linear _output;

    public MyDiscriminator(int vocabularySize, int features = 64)
        : base(nameof(MyDiscriminator))
    {
        _embedding = nn.Embedding(vocabularySize, 32);
        _convolution = nn.Conv1d(32, features, 3, padding: 1);
        _output = nn.Linear(features, 1);
        RegisterComponents();
    }

    /// <param name="input">Token ids, [batch, length]; padding follows the end of a sequence.</param>
    /// <returns>A number for each sequence, [batch, 1]: above 0 means real.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = _embedding.forward(input).transpose(1, 2);
        Tensor signs = _convolution.forward(tokens).relu().amax([2]);
        return _output.forward(signs).MoveToOuterDisposeScope();
    }
}
