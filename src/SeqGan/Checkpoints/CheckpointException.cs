namespace SeqGan;

/// <summary>A checkpoint cannot be written or used. What was written before is untouched.</summary>
public class CheckpointException : SeqGanException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The checkpoint, or the folder of checkpoints.</param>
    /// <param name="message">What is wrong, and what would be valid.</param>
    /// <param name="inner">The cause.</param>
    public CheckpointException(string path, string message, Exception? inner = null)
        : base(message, inner)
    {
        Path = path;
    }

    /// <summary>The checkpoint, or the folder of checkpoints.</summary>
    public string Path { get; }
}
