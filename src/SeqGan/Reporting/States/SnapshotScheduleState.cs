namespace SeqGan;

/// <summary>The state of a <see cref="SnapshotSchedule"/>.</summary>
internal sealed record SnapshotScheduleState(SnapshotState[] Kept, long Rounds, long Stride, bool IsPending);
