namespace SeqGan.Tool;

/// <summary>Where the checkpoints of a training go, and whether it goes on from them.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="IsKept">Whether they stay when the training has ended well.</param>
/// <param name="Interval">How often one is written.</param>
/// <param name="Resume">Whether the training goes on from the newest one.</param>
internal sealed record TrainingCheckpoints(string Folder, bool IsKept, TimeSpan Interval, bool Resume)
{
    /// <exception cref="IOException">The folder holds another training, and it is not to be resumed.</exception>
    public void ThrowIfTaken()
    {
        if (!Resume && CheckpointInfo.List(Folder) is [var newest, ..])
            throw new IOException($"'{Folder}' holds checkpoints of an earlier training, the newest of step {newest.Step}. Go on with it by --resume, or where it has ended, by --resume and more --rounds; to begin anew, remove the folder, or name another with --checkpoints.");
    }

    public void AddTo(SeqGanBuilder builder)
    {
        builder.UseCheckpoints(Folder).Configure(options => options.Checkpoints.Interval = Interval);
        if (Resume)
            builder.ResumeFrom(Folder);
    }

    /// <summary>Removes them, unless they are to be kept or there is something else with them.</summary>
    public void Remove()
    {
        if (IsKept || !Directory.Exists(Folder) || Directory.EnumerateFileSystemEntries(Folder).Any(path => !IsOfCheckpoints(Path.GetFileName(path))))
            return;
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Terminal.Say($"'{Folder}' is no longer needed, and could not be removed: {error.Message}");
        }
    }

    private static bool IsOfCheckpoints(string name) => name == ".lock" || name.StartsWith("checkpoint-", StringComparison.Ordinal);
}
