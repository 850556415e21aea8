namespace SeqGan;

/// <summary>Reads a folder of checkpoints. It may be anybody's: everything is bounded and checked.</summary>
internal static class CheckpointFolder
{
    /// <summary>The newest intact checkpoint; null where the folder is missing or has none at all.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="healthyOnly">Passes over those of a training that had begun to diverge.</param>
    /// <param name="damaged">Is told of each damaged one that is passed over.</param>
    /// <exception cref="CheckpointCorruptException">There are checkpoints, and all are damaged; the message names each.</exception>
    /// <exception cref="CheckpointMismatchException">The newest one is of a newer version of the format.</exception>
    public static LoadedCheckpoint? ReadNewest(string directory, bool healthyOnly, Action<CheckpointCorruptException> damaged) => throw new NotImplementedException();
}
