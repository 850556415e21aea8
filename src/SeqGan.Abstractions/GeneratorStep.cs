namespace SeqGan;

/// <summary>The figures of one training step of a generator, measured before its weights changed.</summary>
public sealed record GeneratorStep
{
    /// <summary>The negative objective: minus the mean over tokens of weight times log-probability.</summary>
    public required double Loss { get; init; }

    /// <summary>Minus the mean log-probability in nats per token; on the generator's own samples it estimates the entropy.</summary>
    public required double NegativeLogLikelihood { get; init; }

    /// <summary>The Euclidean norm of the gradient of all weights, before clipping; NaN if unknown.</summary>
    public double GradientNorm { get; init; } = double.NaN;
}
