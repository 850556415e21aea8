namespace SeqGan;

/// <summary>An intact checkpoint, read.</summary>
internal sealed class LoadedCheckpoint
{
    private readonly CheckpointManifest _manifest;
    private readonly IReadOnlyDictionary<string, byte[]> _states;

    internal LoadedCheckpoint(CheckpointInfo info, CheckpointManifest manifest, IReadOnlyDictionary<string, byte[]> states)
    {
        _manifest = manifest;
        _states = states;
        Info = info;
        Header = manifest.ToHeader();
        Components = [.. manifest.Parts.Select(part => part.Component)];
    }

    public CheckpointInfo Info { get; }

    public CheckpointHeader Header { get; }

    /// <summary>The components that have a state in it.</summary>
    public IReadOnlyList<string> Components { get; }

    /// <summary>The state of a component, whose checksum was right, and its version; null where it has none.</summary>
    public (Stream Bytes, int StateVersion)? Open(string component) =>
        _manifest.Parts.FirstOrDefault(part => part.Component == component) is { } part
            ? (new MemoryStream(_states[component], writable: false), part.StateVersion)
            : null;

    /// <summary>The type of the component whose state it was; null where it has none.</summary>
    public string? TypeOf(string component) => _manifest.Parts.FirstOrDefault(part => part.Component == component)?.Type;
}
