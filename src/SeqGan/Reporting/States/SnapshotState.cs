namespace SeqGan;

/// <summary>A <see cref="SampleSnapshot"/> and the round that it was made in, counted over all phases.</summary>
internal sealed record SnapshotState(ProgressState Progress, string[] Texts, long Round);
