namespace SeqGan.Tool;

/// <summary>Where checkpoints go, whether they are kept after the training, how often one is written, and whether to resume.</summary>
internal sealed record TrainingCheckpoints(string Folder, bool IsKept, TimeSpan Interval, bool Resume)
{
    /// <exception cref="IOException">The folder holds another training, and nobody asked to resume it.</exception>
    public void ThrowIfTaken()
    {
        if (!Resume && CheckpointInfo.List(Folder) is [var newest, ..])
            throw new IOException(
                $"'{Folder}' holds checkpoints of an earlier training, the newest of step {newest.Step}. Use --resume to continue it "
                    + "(with more --rounds if it has ended); to start over, remove the folder, or name another one with --checkpoints.");
    }

    /// <summary>The options of the training that is resumed, by their path; null if none is.</summary>
    public IReadOnlyDictionary<string, string>? OptionsBefore() =>
        Resume && CheckpointInfo.List(Folder) is [var newest, ..] ? newest.Options : null;

    public void AddTo(SeqGanBuilder builder)
    {
        builder.UseCheckpoints(Folder).Configure(options => options.Checkpoints.Interval = Interval);
        if (Resume)
            builder.ResumeFrom(Folder);
    }

    /// <summary>Removes them, unless they are kept or the folder has other files.</summary>
    public void Remove()
    {
        if (IsKept || !Directory.Exists(Folder)
            || Directory.EnumerateFileSystemEntries(Folder).Any(path => !IsOfCheckpoints(Path.GetFileName(path))))
            return;
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Terminal.Say($"'{Folder}' is no longer needed, but could not be removed: {error.Message}");
        }
    }

    private static bool IsOfCheckpoints(string name) => name == ".lock" || name.StartsWith("checkpoint-", StringComparison.Ordinal);
}
