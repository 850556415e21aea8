namespace SeqGan;

/// <summary>A checkpoint in memory, while the training stands still: copies of the components' states.</summary>
internal sealed class CheckpointDraft : IDisposable
{
    /// <summary>Copies a part.</summary>
    /// <param name="component">What it is the state of, such as <c>generator</c>; distinct.</param>
    /// <param name="type">The component's type, for the manifest.</param>
    /// <param name="stateVersion">At least 1.</param>
    /// <param name="write">Writes the bytes to memory.</param>
    public void Add(string component, Type type, int stateVersion, Action<Stream> write) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
