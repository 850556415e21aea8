namespace SeqGan.Endurance.Kills;

/// <summary>The checkpoints that a training reported as written: each must stay intact until newer ones make it dispensable.</summary>
internal sealed class CheckpointLedger(string folder)
{
    private readonly HashSet<string> _lost = [];
    private readonly HashSet<string> _halfWritten = [];
    private readonly List<string> _reported = [];

    /// <summary>How many checkpoints were not complete when their process was killed.</summary>
    public int HalfWritten => _halfWritten.Count;

    /// <summary>Notes what a process reported, after its end, and looks for what it should have kept.</summary>
    public void Add(IReadOnlyList<string> reported)
    {
        _reported.AddRange(reported);
        if (Directory.Exists(folder))
            _halfWritten.UnionWith(Directory.EnumerateDirectories(folder, ".writing-*"));
        string[] intact = [.. CheckpointInfo.List(folder).Select(checkpoint => checkpoint.Path).Where(IsIntact)];
        int kept = new CheckpointOptions().KeepLatest;

        // The newest ones are kept by number; of the older ones none need be there.
        foreach (string path in _reported.TakeLast(kept))
        {
            int newer = intact.Count(other => string.CompareOrdinal(other, path) > 0);
            if (!intact.Contains(path) && newer < kept && _lost.Add(path))
                Console.Error.WriteLine($"{path} had been reported as written, and is not there.");
        }
    }

    public int CountLost() => _lost.Count;

    private static bool IsIntact(string path)
    {
        try
        {
            CheckpointInfo.Verify(path);
            return true;
        }
        catch (CheckpointException error)
        {
            Console.Error.WriteLine(error.Message);
            return false;
        }
    }
}
