namespace SeqGan.Endurance.Fuzzing;

/// <summary>What went wrong, once for each place where it did, with the inputs written to a folder.</summary>
internal sealed class Findings(string folder)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = [];

    public int Crashes { get; private set; }

    public int Hangs { get; private set; }

    public int LargeAllocations { get; private set; }

    public int Count => Crashes + Hangs + LargeAllocations;

    public void Crash(FuzzReader reader, byte[] input, Exception error)
    {
        if (Add(reader.Name, "crash", PlaceOf(error), input, error.ToString()))
            Crashes++;
    }

    public void Hang(string reader, byte[] input, TimeSpan elapsed)
    {
        if (Add(reader, "hang", $"{reader}", input, $"took {elapsed}"))
            Hangs++;
    }

    public void LargeAllocation(FuzzReader reader, byte[] input, Outcome outcome)
    {
        if (Add(reader.Name, "allocation", outcome.Error?.Message ?? "", input,
            $"allocated {outcome.Allocated} bytes for {input.Length}; {outcome.Error}"))
            LargeAllocations++;
    }

    private bool Add(string reader, string kind, string place, byte[] input, string details)
    {
        lock (_lock)
        {
            if (!_known.Add($"{reader} {kind} {place}"))
                return false;
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, $"{reader}-{kind}-{_known.Count}");
            File.WriteAllBytes(path + ".bin", input);
            File.WriteAllText(path + ".txt", details);
            Console.Error.WriteLine($"{reader}: {kind}: {path}.bin: {details.AsSpan(0, Math.Min(details.Length, 1500))}");
            return true;
        }
    }

    private static string PlaceOf(Exception error)
    {
        string[] frames = error.StackTrace?.Split('\n') ?? [];
        string? frame = frames.FirstOrDefault(frame => frame.Contains("SeqGan", StringComparison.Ordinal));
        return $"{error.GetType().Name} {frame}{(error is BrokenPromiseException ? error.Message : "")}";
    }
}
