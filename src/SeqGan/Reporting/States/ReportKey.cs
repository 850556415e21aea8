namespace SeqGan;

/// <summary>What tells a report from the others of a run.</summary>
internal sealed record ReportKey(TrainingPhase Phase, int Round, long Step, bool EndOfRound)
{
    public static ReportKey Of(TrainingProgress progress) => new(progress.Phase, progress.Round, progress.Step, progress.EndOfRound);

    /// <exception cref="InvalidDataException">No report has this key.</exception>
    public void ThrowIfInvalid()
    {
        if (!Phase.IsSingle() || Round < 0 || Step < 0)
            throw new InvalidDataException($"A report of phase {Phase}, round {Round} and step {Step} cannot have been.");
    }
}
