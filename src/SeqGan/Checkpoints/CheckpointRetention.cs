namespace SeqGan.Checkpoints;

/// <summary>Removes the checkpoints that need not be kept. Unreadable ones stay: they may be all that somebody has.</summary>
internal sealed class CheckpointRetention(string folder, CheckpointOptions options, ILogger logger)
{
    private readonly Dictionary<CheckpointName, Entry> _entries = [];
    private int _written;

    /// <summary>Adds a written checkpoint, and removes those that it replaces, or that are of an abandoned run's later steps.</summary>
    public void Add(CheckpointName name, CheckpointInfo info, long lastValidStep)
    {
        try
        {
            _entries[name] = new Entry(info, ++_written);
            ReadOthers();
            bool IsAbandoned(CheckpointName other) => other != name && other.Step > lastValidStep && _entries[other].Info is not null;
            Array.ForEach([.. _entries.Keys.Where(IsAbandoned)], Remove);
            Array.ForEach(Dispensable(), Remove);
        }
        catch (CheckpointException exception)
        {
            Log.CheckpointNotRemoved(logger, exception.Path, exception.Message);
        }
    }

    private void ReadOthers()
    {
        List<CheckpointName> names = CheckpointFolder.Names(folder);
        foreach (CheckpointName gone in _entries.Keys.Except(names).ToArray())
            _entries.Remove(gone);
        foreach (CheckpointName name in names.Where(name => !_entries.ContainsKey(name)))
            _entries.Add(name, new Entry(ReadInfo(name), Order: 0));
    }

    private CheckpointInfo? ReadInfo(CheckpointName name)
    {
        try
        {
            // Once for each older one: one whose bytes have changed must not replace an intact one.
            return CheckpointReader.Open(Path.Combine(folder, name.ToString())).Verify();
        }
        catch (CheckpointException exception)
        {
            Log.CheckpointSkipped(logger, exception.Path, exception.Message);
            return null;
        }
    }

    private CheckpointName[] Dispensable()
    {
        // What this training wrote is newer than what it found, whatever the steps say: it may have started fresh, or rolled back.
        CheckpointName[] newestFirst =
        [
            .. from entry in _entries
               where entry.Value.Info is not null
               orderby entry.Value.Order descending, entry.Key descending
               select entry.Key,
        ];
        HashSet<CheckpointName> kept = [.. newestFirst.Take(options.KeepLatest)];
        kept.Add(newestFirst.Max());
        // A training that diverges rolls back to it.
        kept.UnionWith(newestFirst.Where(name => _entries[name].Info!.IsHealthy).Take(1));
        if (FindBest(newestFirst) is { } best)
            kept.Add(best);
        return [.. newestFirst.Where(name => !kept.Contains(name))];
    }

    // The oldest of equals, and only where the metric was measured: checkpoints within a round repeat the last round's figures.
    private CheckpointName? FindBest(CheckpointName[] newestFirst) => options.BestMetric is not { } metric ? null : (
        from name in newestFirst.Reverse()
        let info = _entries[name].Info!
        where info.IsMeasured
        let value = info.Metrics.GetValueOrDefault(metric, double.NaN)
        where double.IsFinite(value)
        orderby options.HigherIsBetter ? -value : value
        select (CheckpointName?)name).FirstOrDefault();

    // Renamed first: a checkpoint is whole or absent, even if the process ends in between.
    private void Remove(CheckpointName name)
    {
        string path = Path.Combine(folder, name.ToString());
        try
        {
            string removing = Path.Combine(folder, CheckpointName.NewRemoving());
            Directory.Move(path, removing);
            _entries.Remove(name);
            Directory.Delete(removing, recursive: true);
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            Log.CheckpointNotRemoved(logger, path, exception.Message);
        }
    }

    /// <param name="Info">Null for one that cannot be read.</param>
    /// <param name="Order">Counts those that this training wrote; 0 for one that it found.</param>
    private sealed record Entry(CheckpointInfo? Info, int Order);
}
