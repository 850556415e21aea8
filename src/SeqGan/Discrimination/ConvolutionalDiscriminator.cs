using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// The paper's discriminator ("The Discriminative Model for Sequences"): embedding, convolutions over windows of several widths, ReLU, max-over-time
/// pooling, highway, dropout, softmax over two classes (Kim 2014; Zhang, LeCun 2015).
/// </summary>
/// <remarks>Not thread-safe. Weights and dropout depend on the seed alone, never on libtorch's global generator.</remarks>
public sealed class ConvolutionalDiscriminator : ModuleDiscriminator
{
    private readonly double _l2;

    /// <summary>Creates a discriminator with weights drawn from a seed.</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The network and how it learns; read once.</param>
    /// <param name="seed">Determines the weights and the dropout masks.</param>
    /// <exception cref="ArgumentException">Options are out of range, or filter widths and counts contradict each other or the format; all failures are listed.</exception>
    public ConvolutionalDiscriminator(SequenceFormat format, DiscriminatorOptions? options = null, ulong seed = 0)
        : base("discriminator", DiscriminatorFactory.CreateConvolutional(format, options ??= new DiscriminatorOptions(), seed), format, DiscriminatorFactory.HowItLearns(options)) =>
        _l2 = options.L2;

    /// <inheritdoc />
    protected override Tensor? Regularization() => DiscriminatorFactory.L2(((ConvolutionalNetwork)Module).Output, _l2);
}
