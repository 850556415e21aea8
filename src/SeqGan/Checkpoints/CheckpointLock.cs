namespace SeqGan;

/// <summary>Makes one training at a time write to a folder; the system lifts it when the process ends, however it ends.</summary>
internal static class CheckpointLock
{
    private const string FileName = ".lock";

    /// <summary>Takes the lock; disposing the file gives it free.</summary>
    /// <exception cref="CheckpointException">Another training has it.</exception>
    public static FileStream Take(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (file.LinkTarget is not null)
            throw new CheckpointException(folder, $"'{file.FullName}' is a link, and would lock another folder. Remove it, or choose another folder.");
        try
        {
            // The file stays when the lock is lifted: who removed it could remove one that another training has just taken.
            return new FileStream(file.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (CheckpointFailure.IsSharingViolation(exception))
        {
            throw new CheckpointException(folder, $"Another training writes its checkpoints to '{folder}'. Wait until it has ended, or choose a folder for each.", exception);
        }
    }
}
