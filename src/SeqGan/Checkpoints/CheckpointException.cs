namespace SeqGan.Checkpoints;

/// <summary>A checkpoint cannot be written or used. Earlier checkpoints are untouched.</summary>
/// <param name="path">The checkpoint, or the folder of checkpoints.</param>
/// <param name="message">What is wrong, and what would be valid.</param>
/// <param name="inner">The cause.</param>
public sealed class CheckpointException(string path, string message, Exception? inner = null) : SeqGanException(message, inner)
{
    /// <summary>The checkpoint, or the folder of checkpoints.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the checkpoint is damaged: a part is missing, cut off, or does not match its checksum. It is kept.</summary>
    public bool IsCorrupt { get; init; }

    /// <summary>Whether it is intact but of another format or training; the message lists all differences, each with both values.</summary>
    public bool IsMismatch { get; init; }
}
