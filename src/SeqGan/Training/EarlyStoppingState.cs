namespace SeqGan;

/// <summary>What an <see cref="EarlyStopping"/> has seen, and of what.</summary>
internal sealed record EarlyStoppingState
{
    public TrainingPhase Phase { get; init; }

    public string Metric { get; init; } = "";

    public bool HigherIsBetter { get; init; }

    public PatienceState Patience { get; init; } = PatienceState.Initial;
}
