namespace SeqGan.Conformance;

/// <summary>How strictly, and on how much, the checks run.</summary>
public sealed record ConformanceOptions
{
    /// <summary>
    /// How far two scores, rewards or log-probabilities that must be equal may differ: networks add in another order when a
    /// batch is cut differently. At least 0. The default value is 1e-5.
    /// </summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>The sequences in a batch; at least 2. The default value is 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The sequences that are sampled to compare frequencies with probabilities; at least 1. The default value is 4000.</summary>
    public int Samples { get; init; } = 4000;

    /// <summary>
    /// The training steps after which a batch must have become likelier, or easier to tell; at least 1. The default value is 30.
    /// </summary>
    public int TrainingSteps { get; init; } = 30;

    /// <summary>The seed of the sequences that the kit makes. The default value is 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal static ConformanceOptions Checked(ConformanceOptions? options)
    {
        options ??= new ConformanceOptions();
        if (!(options.Tolerance >= 0))
            throw new ArgumentException($"{nameof(Tolerance)} is {options.Tolerance}; it must be at least 0.", nameof(options));
        if (options.BatchSize < 2)
            throw new ArgumentException($"{nameof(BatchSize)} is {options.BatchSize}; it must be at least 2.", nameof(options));
        if (options.Samples < 1)
            throw new ArgumentException($"{nameof(Samples)} is {options.Samples}; it must be at least 1.", nameof(options));
        if (options.TrainingSteps < 1)
            throw new ArgumentException($"{nameof(TrainingSteps)} is {options.TrainingSteps}; it must be at least 1.", nameof(options));
        return options;
    }
}
