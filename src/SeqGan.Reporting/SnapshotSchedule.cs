namespace SeqGan.Reporting;

/// <summary>Chooses the rounds to sample at: all at first, then fewer and fewer, so that their number is bounded.</summary>
internal sealed class SnapshotSchedule
{
    public const int MaxSnapshots = 12;

    private const int MaxTextLength = 400;

    // More than any run has; counters that stay below it do not overflow.
    private const long MaxStride = 1L << 40;

    private readonly List<SampleSnapshot> _kept = [];
    private long _rounds;
    private long _stride = 1;

    /// <summary>Whether the sample of the latest report is still to come.</summary>
    public bool IsPending { get; private set; }

    public IReadOnlyList<SampleSnapshot> Kept => _kept;

    /// <summary>Whether to sample at this report: at the first one, at the end of each phase, and at some rounds.</summary>
    public bool IsDue(TrainingProgress progress)
    {
        if (progress.EndOfRound)
            _rounds++;
        return IsPending = _kept.Count == 0 || (progress.EndOfRound && (_rounds % _stride == 0 || progress.Round == progress.Rounds));
    }

    public void Add(ReportedProgress progress, IEnumerable<string> texts)
    {
        _kept.Add(new SampleSnapshot(progress, [.. texts.Select(Shown)], _rounds));
        IsPending = false;
        while (_kept.Count > MaxSnapshots)
            Thin();
    }

    public SnapshotScheduleState Save() => new([.. _kept], _rounds, _stride, IsPending);

    /// <exception cref="InvalidDataException">The state is not valid.</exception>
    public static SnapshotSchedule Restore(SnapshotScheduleState state)
    {
        if (state.Kept.Length > MaxSnapshots || state.Rounds is < 0 or > MaxStride
            || state.Stride is < 1 or > MaxStride || !long.IsPow2(state.Stride))
        {
            throw new InvalidDataException(
                $"A schedule of {state.Kept.Length} samples in {state.Rounds} rounds, one every {state.Stride} rounds, is not valid.");
        }

        var schedule = new SnapshotSchedule { _rounds = state.Rounds, _stride = state.Stride, IsPending = state.IsPending };
        foreach (SampleSnapshot kept in ObserverState.NotNull(state.Kept))
        {
            // Otherwise thinning out would not end.
            if (kept.Round > state.Rounds || kept.Round <= (schedule._kept.Count == 0 ? -1 : schedule._kept[^1].Round))
            {
                throw new InvalidDataException(
                    $"Sample {schedule._kept.Count + 1} cannot be of round {kept.Round}; there are {state.Rounds} rounds.");
            }

            kept.Progress.ThrowIfInvalid();
            ObserverState.NotNull(kept.Texts);
            schedule._kept.Add(kept);
        }

        return schedule;
    }

    private static string Shown(string text) => VisibleText.Of(text.Length <= MaxTextLength ? text : text[..MaxTextLength] + " …");

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

    private bool IsPinned(SampleSnapshot entry) => entry == _kept[0] || entry == _kept[^1] || entry.Progress.IsEndOfPhase;
}

/// <summary>Sequences that the generator made after a report, always with the same random numbers; rounds count over all phases.</summary>
internal sealed record SampleSnapshot(ReportedProgress Progress, string[] Texts, long Round);

/// <summary>The state of a <see cref="SnapshotSchedule"/>.</summary>
internal sealed record SnapshotScheduleState(SampleSnapshot[] Kept, long Rounds, long Stride, bool IsPending);
