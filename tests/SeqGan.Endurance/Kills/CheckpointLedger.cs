namespace SeqGan.Endurance.Kills;

/// <summary>The checkpoints that a training reported as written: each must stay intact until newer ones make it dispensable.</summary>
internal sealed class CheckpointLedger(string folder)
{
    private readonly HashSet<string> _lost = [];
    private readonly List<string> _reported = [];

    /// <summary>Whether a killed training left a checkpoint that was not complete.</summary>
    public bool HasHalfWritten => Directory.Exists(folder) && Directory.EnumerateDirectories(folder, ".writing-*").Any();

    /// <summary>Notes what a process reported, after its end, and looks for what it should have kept.</summary>
    public void Add(IReadOnlyList<string> reported)
    {
        _reported.AddRange(reported);
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
