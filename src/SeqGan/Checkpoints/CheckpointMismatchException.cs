namespace SeqGan;

/// <summary>A checkpoint is intact, but not of this training: its sizes, its vocabulary or its components are others, or a newer version wrote it.</summary>
public class CheckpointMismatchException : CheckpointException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="message">All differences, each with both values.</param>
    /// <param name="inner">The cause.</param>
    public CheckpointMismatchException(string path, string message, Exception? inner = null)
        : base(path, message, inner)
    {
    }
}
