namespace SeqGan;

/// <summary>Figures of one round alone; null where the round did not measure them.</summary>
internal readonly record struct RoundFigures(double? DiscriminatorAccuracy, double? RewardDeviation, double? PolicyEntropy, double? SampleUniqueness);
