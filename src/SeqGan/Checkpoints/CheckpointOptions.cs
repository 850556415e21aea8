namespace SeqGan.Checkpoints;

/// <summary>When checkpoints of a training are written, and which are kept.</summary>
/// <remarks>Beside the schedule, one is written at the end of a phase, when the training is cancelled or fails, and on demand.</remarks>
public sealed class CheckpointOptions
{
    /// <summary>
    /// The folder; created if it is missing. One training at a time writes to it. The default value is null: <see cref="ResumeFrom"/>, and
    /// without it no checkpoints are written.
    /// </summary>
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

    /// <summary>
    /// Writes a checkpoint at the end of every n-th round of a phase; 0 turns this off. A training that diverges and rolls back returns to
    /// one of these. The default value is 0.
    /// </summary>
    [AllowedRange(0, int.MaxValue)]
    public int EveryRounds { get; set; }

    /// <summary>How many of the newest checkpoints are kept. The default value is 3.</summary>
    [AllowedRange(1, 1_000_000)]
    public int KeepLatest { get; set; } = 3;

    /// <summary>
    /// Also keeps the checkpoint in which this metric is best: a figure of the progress or of an evaluation, such as <c>nll_test</c>. The
    /// default value is null: none.
    /// </summary>
    [NotBlankOption]
    public string? BestMetric { get; set; }

    /// <summary>Whether the highest value of <see cref="BestMetric"/> is the best. The default value is false: the lowest is.</summary>
    public bool HigherIsBetter { get; set; }

    /// <summary>
    /// Whether resuming fails if a component has no state in the checkpoint. The default value is false: that component starts fresh, and
    /// the log says so.
    /// </summary>
    public bool RequireAllStates { get; set; }

    internal CheckpointOptions Copy() => (CheckpointOptions)MemberwiseClone();
}
