namespace SeqGan;

/// <summary>What one training step of a generator measured, on the batch as it was before the step.</summary>
public sealed record GeneratorStep
{
    /// <summary>The negative objective: minus the mean over tokens of weight times log-probability.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// Minus the mean log-probability in nats a token, without weights. On sequences that the generator sampled itself this
    /// estimates the policy's entropy.
    /// </summary>
    public required double NegativeLogLikelihood { get; init; }

    /// <summary>The Euclidean norm of the gradient of all weights, before clipping; NaN where it is not known.</summary>
    public double GradientNorm { get; init; } = double.NaN;
}
