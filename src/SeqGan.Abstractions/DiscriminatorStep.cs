namespace SeqGan;

/// <summary>The figures of one training step of a discriminator, measured before its weights changed. NaN means unknown.</summary>
public sealed record DiscriminatorStep
{
    /// <summary>The result of a discriminator that does not train: every figure is NaN.</summary>
    public static DiscriminatorStep NotTrained { get; } = new() { Trained = false };

    /// <summary>Whether the discriminator changed. The default value is true.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>The mean cross-entropy in nats per sequence, with regularization; at least 0.</summary>
    /// <remarks>Set it if <see cref="Trained"/>: a value that is not finite, such as the default, counts as divergence.</remarks>
    public double Loss { get; init; } = double.NaN;

    /// <summary>The share of the batch, in [0, 1], on the right side of probability 0.5.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>The mean score of the real sequences, in [0, 1].</summary>
    public double RealScore { get; init; } = double.NaN;

    /// <summary>The mean score of the generated sequences, in [0, 1].</summary>
    public double GeneratedScore { get; init; } = double.NaN;

    /// <summary>The Euclidean norm of the gradient of all weights, before clipping.</summary>
    public double GradientNorm { get; init; } = double.NaN;
}
