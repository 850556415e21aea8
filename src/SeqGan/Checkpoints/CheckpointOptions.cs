namespace SeqGan.Checkpoints;

/// <summary>When checkpoints of a training are written, and which are kept.</summary>
/// <remarks>Besides the schedule, one is written at the end of each phase, when the training is cancelled, and on demand.</remarks>
public sealed class CheckpointOptions
{
    /// <summary>One training's folder; created if missing. The default value is null: <see cref="ResumeFrom"/>, or none at all.</summary>
    [NotBlankOption]
    public string? Directory { get; set; }

    /// <summary>
    /// A folder whose newest intact checkpoint the training resumes from; if it has none, the training starts fresh. New checkpoints are
    /// written there too, unless <see cref="Directory"/> names another folder. The default value is null: it starts fresh.
    /// </summary>
    [NotBlankOption]
    public string? ResumeFrom { get; set; }

    /// <summary>The time after which the next one is written; zero or less turns this off. The default value is 10 minutes.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Writes one after every n-th round, the first choice of a roll back. The default value is 0: off.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int EveryRounds { get; set; }

    /// <summary>How many of the newest checkpoints are kept. The default value is 3.</summary>
    [AllowedRange(1, 1_000_000)]
    public int KeepLatest { get; set; } = 3;

    /// <summary>The metric, such as <c>nll_test</c>, whose best checkpoint is kept too. The default value is null: none.</summary>
    [NotBlankOption]
    public string? BestMetric { get; set; }

    /// <summary>Whether the highest value of <see cref="BestMetric"/> is the best. The default value is false: the lowest is.</summary>
    public bool HigherIsBetter { get; set; }

    /// <summary>Whether resuming fails if a component has no state. The default value is false: it starts fresh, which is logged.</summary>
    public bool RequireAllStates { get; set; }

    internal CheckpointOptions Copy() => (CheckpointOptions)MemberwiseClone();
}
