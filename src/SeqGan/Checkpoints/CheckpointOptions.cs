namespace SeqGan;

/// <summary>When checkpoints of a training are written, and which are kept.</summary>
/// <remarks>Beside the schedule one is written at the end of each phase, when the training is cancelled, and on demand.</remarks>
public sealed class CheckpointOptions
{
    /// <summary>The folder; created where it is missing. One training at a time writes to it. The default value is null: <see cref="ResumeFrom"/>, and without it no checkpoints are written.</summary>
    [NotBlankOption]
    public string? Directory { get; set; }

    /// <summary>
    /// A folder whose newest intact checkpoint the training goes on from; where it has none at all, it begins anew. Checkpoints go on being
    /// written there, unless <see cref="Directory"/> names another folder. The default value is null: it begins anew.
    /// </summary>
    [NotBlankOption]
    public string? ResumeFrom { get; set; }

    /// <summary>Writes a checkpoint when this time has passed since the last one; zero or less does not. The default value is 10 minutes.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Writes a checkpoint at the end of every so many rounds of a phase; 0 does not. A training that diverges and rolls back goes back to one of these. The default value is 0.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int EveryRounds { get; set; }

    /// <summary>How many of the newest checkpoints are kept. The default value is 3.</summary>
    [AllowedRange(1, 1_000_000)]
    public int KeepLatest { get; set; } = 3;

    /// <summary>The checkpoint in which this metric is best is kept, too: a figure of the progress or of an evaluation, such as <c>nll_test</c>. The default value is null: none.</summary>
    [NotBlankOption]
    public string? BestMetric { get; set; }

    /// <summary>Whether the highest value of <see cref="BestMetric"/> is the best. The default value is false: the lowest is.</summary>
    public bool HigherIsBetter { get; set; }

    /// <summary>Whether a training refuses to be resumed where a component has no state in the checkpoint. The default value is false: it starts that component anew, and says so.</summary>
    public bool RequireAllStates { get; set; }

    internal CheckpointOptions Copy() => (CheckpointOptions)MemberwiseClone();
}
