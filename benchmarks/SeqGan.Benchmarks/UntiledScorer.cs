using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Benchmarks;

/// <summary>The discriminator's network on the rows it is given, so that the published loop does not pay for tiles that it leaves half empty.</summary>
internal sealed class UntiledScorer(ConvolutionalNetwork network, SequenceFormat format) : ISequenceScorer, IDisposable
{
    public string Name => "discriminator";

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        network.eval();
        long[] tokens = Array.ConvertAll(sequences.Tokens.ToArray(), token => (long)token);
        Tensor logits = network.forward(tensor(tokens, [sequences.Count, format.MaxLength]));
        logits.sigmoid().view(-1).data<float>().ToArray().CopyTo(scores.Span);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => network.Dispose();
}
