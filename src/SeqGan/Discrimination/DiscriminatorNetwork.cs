namespace SeqGan;

/// <summary>The network of a discriminator.</summary>
public enum DiscriminatorNetwork
{
    /// <summary>The paper's: convolutions over windows of several widths, max-over-time pooling, highway (<see cref="ConvolutionalDiscriminator"/>).</summary>
    Convolutional = 0,

    /// <summary>A gated recurrent unit that reads the sequence from left to right (<see cref="GruDiscriminator"/>).</summary>
    Gru = 1,
}
