namespace SeqGan;

/// <summary>What one training step of a discriminator measured, on the batch as it was before the step.</summary>
public sealed record DiscriminatorStep
{
    /// <summary>The answer of a discriminator that does not train: every figure is NaN.</summary>
    public static DiscriminatorStep NotTrained { get; } = new() { Trained = false };

    /// <summary>Whether the discriminator changed. The default value is true.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>
    /// The mean cross-entropy in nats a sequence, regularization included; at least 0, and known where <see cref="Trained"/>:
    /// a loss that is not finite, which is also the default value, tells the trainer that the training has diverged.
    /// </summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>
    /// The share of the batch, in [0, 1], on the right side of probability 0.5; NaN where it is not known, as each figure below.
    /// </summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>The mean score of the real sequences, in [0, 1].</summary>
    public double RealScore { get; init; } = double.NaN;

    /// <summary>The mean score of the generated sequences, in [0, 1].</summary>
    public double GeneratedScore { get; init; } = double.NaN;

    /// <summary>The Euclidean norm of the gradient of all weights, before clipping.</summary>
    public double GradientNorm { get; init; } = double.NaN;
}
