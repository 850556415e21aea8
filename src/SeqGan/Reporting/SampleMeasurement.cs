namespace SeqGan;

/// <summary>What a snapshot's sequences look like beside the data's.</summary>
/// <param name="Progress">The report that it was measured after.</param>
/// <param name="Lengths">How many generated sequences have each length, [MaxLength + 1].</param>
/// <param name="GeneratedScores">The discriminator's, of the generated sequences; empty before it was trained.</param>
/// <param name="RealScores">The discriminator's, of real sequences.</param>
/// <param name="Metrics">Of the generated sequences.</param>
internal sealed record SampleMeasurement(
    TrainingProgress Progress, long[] Lengths, float[] GeneratedScores, float[] RealScores, IReadOnlyDictionary<string, double> Metrics);
