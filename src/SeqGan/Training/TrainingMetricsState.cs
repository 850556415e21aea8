namespace SeqGan;

/// <summary>What <see cref="TrainingMetrics"/> holds.</summary>
internal sealed record TrainingMetricsState
{
    public long Steps { get; init; }

    public long Tokens { get; init; }

    /// <summary>In the order of <see cref="TrainingMetrics"/>.</summary>
    public IReadOnlyList<RunningMeanState> Means { get; init; } = [];

    /// <summary>The means of single scorers' scores and of their deviations, by metric.</summary>
    public IReadOnlyDictionary<string, RunningMeanState>? Scores { get; init; }

    public double? HeldOutReal { get; init; }

    public double? HeldOutGenerated { get; init; }

    public long NotApplicable { get; init; }

    public long NotFinite { get; init; }
}
