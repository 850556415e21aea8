namespace SeqGan.Training;

/// <summary>The outcome of a training.</summary>
public sealed record TrainingResult
{
    /// <summary>The last report; null where no phase had anything to do.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>The latest value of each metric that observers such as <see cref="EvaluationObserver"/> measured.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Training steps of generator and discriminator in this training.</summary>
    public required long Steps { get; init; }

    /// <summary>The time it took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
