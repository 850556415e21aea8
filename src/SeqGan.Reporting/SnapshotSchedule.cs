namespace SeqGan.Reporting;

/// <summary>Chooses the rounds to sample at, fewer and fewer. Pending: the sample of the latest report is still to come.</summary>
internal sealed record SnapshotSchedule(SampleSnapshot[] Kept, long Rounds, long Stride, bool IsPending)
{
    private const int MaxSnapshots = 12, MaxTextLength = 400;

    // More than any run has; counters that stay below it do not overflow.
    private const long MaxStride = 1L << 40;

    public static SnapshotSchedule Empty { get; } = new([], 0, 1, IsPending: false);

    /// <summary>Counts a report. A sample is due at the first one, at the end of each phase, and at some rounds.</summary>
    public SnapshotSchedule After(TrainingProgress progress)
    {
        long rounds = progress.EndOfRound ? Rounds + 1 : Rounds;
        bool isDue = Kept.Length == 0 || (progress.EndOfRound && (rounds % Stride == 0 || progress.Round == progress.Rounds));
        return this with { Rounds = rounds, IsPending = isDue };
    }

    public SnapshotSchedule Add(ReportedProgress progress, IEnumerable<string> texts)
    {
        SampleSnapshot[] kept = [.. Kept, new SampleSnapshot(progress, [.. texts.Select(Shown)], Rounds)];
        long stride = Stride;
        while (kept.Length > MaxSnapshots)
        {
            if (Array.TrueForAll(kept, IsPinned))
            {
                kept = [kept[0], .. kept[2..]];
                continue;
            }

            stride *= 2;
            kept = Array.FindAll(kept, entry => IsPinned(entry) || entry.Round % stride == 0);
        }

        return new SnapshotSchedule(kept, Rounds, stride, IsPending: false);

        // The first and the latest stay; ends of phases stay as long as there are others to drop.
        bool IsPinned(SampleSnapshot entry) => entry == kept[0] || entry == kept[^1] || entry.Progress.IsEndOfPhase;
    }

    public void ThrowIfInvalid()
    {
        if (Kept.Length > MaxSnapshots || Rounds is < 0 or > MaxStride || Stride is < 1 or > MaxStride || !long.IsPow2(Stride))
            throw new InvalidDataException(
                $"A schedule of {Kept.Length} samples in {Rounds} rounds, one every {Stride} rounds, is not valid.");
        long before = -1;
        foreach (SampleSnapshot kept in ObserverState.NotNull(Kept))
        {
            // Otherwise thinning out would not end.
            if (kept.Round > Rounds || kept.Round <= before)
                throw new InvalidDataException($"A sample cannot be of round {kept.Round}: it follows round {before} of {Rounds}.");
            kept.Progress.ThrowIfInvalid();
            ObserverState.NotNull(kept.Texts);
            before = kept.Round;
        }
    }

    private static string Shown(string text) => VisibleText.Of(text.Length <= MaxTextLength ? text : text[..MaxTextLength] + " …");
}

/// <summary>Sequences that the generator made after a report, always with the same random numbers; rounds count over all phases.</summary>
internal sealed record SampleSnapshot(ReportedProgress Progress, string[] Texts, long Round);
