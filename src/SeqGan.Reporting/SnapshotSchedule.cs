namespace SeqGan;

/// <summary>Chooses the rounds to sample at: all at first, then fewer and fewer, so that their number is bounded.</summary>
internal sealed class SnapshotSchedule
{
    public const int MaxSnapshots = 12;

    // More than any run has; counters that stay below it do not overflow.
    private const long MaxStride = 1L << 40;

    private readonly List<(SampleSnapshot Snapshot, long Round)> _kept = [];
    private long _rounds;
    private long _stride = 1;

    /// <summary>Whether the sample of the latest report is still to come.</summary>
    public bool IsPending { get; private set; }

    public IReadOnlyList<SampleSnapshot> Kept => [.. _kept.Select(entry => entry.Snapshot)];

    /// <summary>Whether to sample at this report: at the first one, at the end of each phase, and at some rounds.</summary>
    public bool IsDue(TrainingProgress progress)
    {
        if (progress.EndOfRound)
            _rounds++;
        return IsPending = _kept.Count == 0 || (progress.EndOfRound && (_rounds % _stride == 0 || IsEndOfPhase(progress)));
    }

    public void Add(SampleSnapshot snapshot)
    {
        _kept.Add((snapshot, _rounds));
        IsPending = false;
        while (_kept.Count > MaxSnapshots)
            Thin();
    }

    public SnapshotScheduleState Save() => new(
        [.. _kept.Select(entry => new SnapshotState(ProgressState.Of(entry.Snapshot.Progress), [.. entry.Snapshot.Texts], entry.Round))],
        _rounds,
        _stride,
        IsPending);

    /// <exception cref="InvalidDataException">No schedule has this state.</exception>
    public static SnapshotSchedule Restore(SnapshotScheduleState state)
    {
        if (state.Kept.Length > MaxSnapshots || state.Rounds is < 0 or > MaxStride
            || state.Stride is < 1 or > MaxStride || !long.IsPow2(state.Stride))
        {
            throw new InvalidDataException(
                $"A schedule of {state.Kept.Length} samples in {state.Rounds} rounds, one every {state.Stride} rounds, is not valid.");
        }

        var schedule = new SnapshotSchedule { _rounds = state.Rounds, _stride = state.Stride, IsPending = state.IsPending };
        foreach (SnapshotState kept in ObserverState.NotNull(state.Kept))
        {
            // Otherwise thinning out would not end.
            if (kept.Round > state.Rounds || kept.Round <= (schedule._kept.Count == 0 ? -1 : schedule._kept[^1].Round))
            {
                throw new InvalidDataException(
                    $"Sample {schedule._kept.Count + 1} cannot be of round {kept.Round}; there are {state.Rounds} rounds.");
            }

            schedule._kept.Add((new SampleSnapshot(kept.Progress.ToProgress(), ObserverState.NotNull(kept.Texts)), kept.Round));
        }

        return schedule;
    }

    private static bool IsEndOfPhase(TrainingProgress progress) => progress.EndOfRound && progress.Round == progress.Rounds;

    // The first and the latest stay; ends of phases stay as long as there are others to drop.
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

/// <summary>Some sequences that the generator made after a report, always with the same random numbers.</summary>
internal sealed record SampleSnapshot(TrainingProgress Progress, IReadOnlyList<string> Texts)
{
    private const int MaxTextLength = 400;

    /// <summary>Takes what is shown of the texts.</summary>
    public static SampleSnapshot Of(TrainingProgress progress, IReadOnlyList<string> texts) => new(progress, [.. texts.Select(Shown)]);

    private static string Shown(string text) => VisibleText.Of(text.Length <= MaxTextLength ? text : text[..MaxTextLength] + " …");
}

/// <summary>The state of a <see cref="SnapshotSchedule"/>.</summary>
internal sealed record SnapshotScheduleState(SnapshotState[] Kept, long Rounds, long Stride, bool IsPending);

/// <summary>A <see cref="SampleSnapshot"/> and the round that it was made in, counted over all phases.</summary>
internal sealed record SnapshotState(ProgressState Progress, string[] Texts, long Round);
