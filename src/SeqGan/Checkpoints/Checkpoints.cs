namespace SeqGan;

/// <summary>Looks at the checkpoints that trainings have written, whoever wrote them: nothing in them is executed or trusted.</summary>
/// <remarks>Thread-safe; a training may write to the folder meanwhile.</remarks>
public static class Checkpoints
{
    /// <summary>The checkpoints in a folder, newest first.</summary>
    /// <param name="directory">The folder; where it is missing, there are none.</param>
    /// <returns>Those whose manifest is intact; <see cref="Verify"/> reads the rest of one, too.</returns>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static IReadOnlyList<CheckpointInfo> List(string directory)
    {
        var checkpoints = new List<CheckpointInfo>();
        foreach (CheckpointName name in CheckpointFolder.Names(directory))
        {
            try
            {
                checkpoints.Add(CheckpointReader.Open(Path.Combine(directory, name.ToString())).Info);
            }
            catch (CheckpointException)
            {
                // Damaged, or of a newer version: not one of those that are asked for.
            }
        }

        return checkpoints;
    }

    /// <summary>Reads a whole checkpoint and compares each part with its checksum.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <returns>What it says of itself.</returns>
    /// <exception cref="CheckpointCorruptException">It is missing or damaged; the message says in what.</exception>
    /// <exception cref="CheckpointMismatchException">It is of a newer version of the format.</exception>
    public static CheckpointInfo Verify(string checkpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpoint);
        CheckpointReader reader = CheckpointReader.Open(checkpoint);
        foreach (CheckpointPart part in reader.Manifest.Parts)
            reader.Read(part);
        return reader.Info;
    }
}
