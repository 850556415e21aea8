namespace SeqGan;

/// <summary>A checkpoint is damaged: a part is missing, cut off, or not what its checksum says. It is left as it is.</summary>
public class CheckpointCorruptException : CheckpointException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The checkpoint, or the folder of checkpoints.</param>
    /// <param name="message">What is damaged.</param>
    /// <param name="inner">The cause.</param>
    public CheckpointCorruptException(string path, string message, Exception? inner = null)
        : base(path, message, inner)
    {
    }
}
