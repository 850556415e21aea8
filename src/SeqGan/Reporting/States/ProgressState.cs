namespace SeqGan;

/// <summary>What a report's page says of a <see cref="TrainingProgress"/>.</summary>
internal sealed record ProgressState(ReportKey Key, int Rounds, double Fraction, double ElapsedSeconds, double StepsPerSecond)
{
    // Times of several runs can be added up without an overflow.
    private const double MaxSeconds = 1e9;

    public static ProgressState Of(TrainingProgress progress) =>
        new(ReportKey.Of(progress), progress.Rounds, progress.Fraction, Math.Clamp(progress.Elapsed.TotalSeconds, 0, MaxSeconds), progress.StepsPerSecond);

    /// <exception cref="InvalidDataException">No report is like this.</exception>
    public TrainingProgress ToProgress()
    {
        Key.ThrowIfInvalid();
        if (Rounds < 0 || !(ElapsedSeconds is >= 0 and <= MaxSeconds))
            throw new InvalidDataException($"A report of {Rounds} rounds after {ElapsedSeconds} seconds cannot have been.");
        return new TrainingProgress
        {
            Phase = Key.Phase,
            Round = Key.Round,
            Rounds = Rounds,
            EndOfRound = Key.EndOfRound,
            Step = Key.Step,
            Fraction = Fraction,
            Elapsed = TimeSpan.FromSeconds(ElapsedSeconds),
            StepsPerSecond = StepsPerSecond,
        };
    }
}
