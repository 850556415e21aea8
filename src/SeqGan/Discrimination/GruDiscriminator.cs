using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// A recurrent discriminator: embedding, gated recurrent unit from left to right, dropout, softmax over two classes from the
/// state after the last token.
/// </summary>
/// <remarks>Not thread-safe. Weights and dropout depend on the seed alone, never on libtorch's global generator.</remarks>
public sealed class GruDiscriminator : ModuleDiscriminator
{
    private readonly double _l2;

    /// <summary>Creates a discriminator with weights drawn from a seed.</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The network and how it learns; read once.</param>
    /// <param name="seed">Determines the weights and the dropout masks.</param>
    /// <exception cref="ArgumentException">Options are out of range; all failures are listed.</exception>
    public GruDiscriminator(SequenceFormat format, DiscriminatorOptions? options = null, ulong seed = 0)
        : base("discriminator", DiscriminatorFactory.CreateGru(format, options ??= new DiscriminatorOptions { Network = DiscriminatorNetwork.Gru }, seed), format, DiscriminatorFactory.HowItLearns(options)) =>
        _l2 = options.L2;

    /// <inheritdoc />
    protected override Tensor? Regularization() => DiscriminatorFactory.L2(((GruNetwork)Module).Output, _l2);
}
