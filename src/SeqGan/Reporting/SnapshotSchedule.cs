namespace SeqGan;

/// <summary>Chooses the rounds to sample at: all at first, then, so that their number stays bounded, ever fewer.</summary>
internal sealed class SnapshotSchedule
{
    public const int MaxSnapshots = 12;

    private readonly List<(SampleSnapshot Snapshot, long Round)> _kept = [];
    private long _rounds;
    private long _stride = 1;

    public IReadOnlyList<SampleSnapshot> Kept => [.. _kept.Select(entry => entry.Snapshot)];

    /// <summary>Whether to sample at this report: at the first one, at the end of each phase, and at some rounds.</summary>
    public bool IsDue(TrainingProgress progress)
    {
        if (progress.EndOfRound)
            _rounds++;
        return _kept.Count == 0 || (progress.EndOfRound && (_rounds % _stride == 0 || IsEndOfPhase(progress)));
    }

    public void Add(SampleSnapshot snapshot)
    {
        _kept.Add((snapshot, _rounds));
        while (_kept.Count > MaxSnapshots)
            Thin();
    }

    private static bool IsEndOfPhase(TrainingProgress progress) => progress.EndOfRound && progress.Round == progress.Rounds;

    // The start and the latest stay; ends of phases as long as there is other to drop.
    private void Thin()
    {
        if (_kept.TrueForAll(IsPinned))
        {
            _kept.RemoveAt(1);
            return;
        }

        _stride *= 2;
        _kept.RemoveAll(entry => !IsPinned(entry) && entry.Round % _stride != 0);
    }

    private bool IsPinned((SampleSnapshot Snapshot, long Round) entry) =>
        entry == _kept[0] || entry == _kept[^1] || IsEndOfPhase(entry.Snapshot.Progress);
}
