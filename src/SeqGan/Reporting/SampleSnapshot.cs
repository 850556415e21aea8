namespace SeqGan;

/// <summary>Some sequences that the generator made after a report, always with the same random numbers.</summary>
internal sealed record SampleSnapshot(TrainingProgress Progress, IReadOnlyList<string> Texts);
