namespace SeqGan;

/// <summary>Checkpoints on disk.</summary>
public static class Checkpoints
{
    /// <summary>x</summary>
    /// <param name="directory">x</param>
    public static IReadOnlyList<CheckpointInfo> List(string directory) => throw new NotImplementedException();
}
