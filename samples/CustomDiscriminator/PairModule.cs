using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CustomDiscriminator;

/// <summary>A network of one's own: embeddings of neighbouring tokens, a hidden layer, the mean over the sequence, one logit.</summary>
internal sealed class PairModule : nn.Module<Tensor, Tensor>
{
    private readonly long _padding;
    private readonly Embedding _embedding;
    private readonly Linear _hidden;
    private readonly Linear _output;

    public PairModule(int vocabularySize, int padding, int embeddingSize = 16, int hiddenSize = 32)
        : base(nameof(PairModule))
    {
        _padding = padding;
        _embedding = nn.Embedding(vocabularySize, embeddingSize);
        _hidden = nn.Linear(2 * embeddingSize, hiddenSize);
        _output = nn.Linear(hiddenSize, 1);
        RegisterComponents();
    }

    /// <param name="input">Token ids [batch, length]; padding follows a sequence's end.</param>
    /// <returns>Logits [batch, 1]; above 0 means real.</returns>
    public override Tensor forward(Tensor input)
    {
        // A scorer must not see the padding: a pair counts only where its second token is one.
        using Tensor second = input.narrow(1, 1, input.shape[1] - 1);
        using Tensor counts = second.ne(_padding).to_type(ScalarType.Float32).unsqueeze(-1);
        using Tensor embedded = _embedding.forward(input);
        using Tensor pairs = cat([embedded.narrow(1, 0, second.shape[1]), embedded.narrow(1, 1, second.shape[1])], -1);
        using Tensor hidden = _hidden.forward(pairs).relu() * counts;
        using Tensor mean = hidden.sum(1) / counts.sum(1).clamp(min: 1);
        return _output.forward(mean);
    }
}
