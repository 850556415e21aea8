namespace SeqGan;

/// <summary>An intact checkpoint, read.</summary>
internal sealed class LoadedCheckpoint
{
    public CheckpointInfo Info => throw new NotImplementedException();

    public CheckpointHeader Header => throw new NotImplementedException();

    /// <summary>The components that have a state in it.</summary>
    public IReadOnlyList<string> Components => throw new NotImplementedException();

    /// <summary>The state of a component, whose checksum was right, and its version; null where it has none.</summary>
    public (Stream Bytes, int StateVersion)? Open(string component) => throw new NotImplementedException();
}
