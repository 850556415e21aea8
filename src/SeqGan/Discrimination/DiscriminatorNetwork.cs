namespace SeqGan.Discrimination;

/// <summary>The ready-made networks of a discriminator.</summary>
public enum DiscriminatorNetwork
{
    /// <summary>
    /// The paper's ("The Discriminative Model for Sequences"): embedding, convolutions over windows of several widths, ReLU, max-over-time
    /// pooling, highway, dropout, softmax over two classes (Kim 2014; Zhang, LeCun 2015).
    /// </summary>
    Convolutional = 0,

    /// <summary>Embedding, gated recurrent unit, dropout, softmax over two classes from the state after the last token.</summary>
    Gru = 1,

    /// <summary>
    /// The generator's hidden states, pooled over the sequence (mean, largest, least and last value of each unit), dropout, linear, ReLU,
    /// dropout, softmax over two classes. The states are those of a copy of the generator from the first training step.
    /// </summary>
    GeneratorStates = 2,
}
