namespace SeqGan.Checkpoints;

/// <summary>A checkpoint in memory: copies of the components' states, taken while the training waits.</summary>
/// <remarks>Filled by one caller at a time, into the memory of earlier drafts: fresh memory costs more than the copy.</remarks>
internal sealed class CheckpointDraft(Dictionary<string, MemoryStream> memory)
{
    private readonly List<DraftPart> _parts = [];

    public IReadOnlyList<DraftPart> Parts => _parts;

    public long Length => _parts.Sum(part => (long)part.State.Length);

    /// <summary>Copies the state of a component, such as <c>generator</c>.</summary>
    public void Add(string component, Type type, int stateVersion, Action<Stream> write)
    {
        if (_parts.Exists(part => part.Component == component))
            throw new ArgumentException($"The draft already has a state of '{component}'; names of components differ.", nameof(component));

        // A component may have closed its stream.
        if (!memory.TryGetValue(component, out MemoryStream? state) || !state.CanWrite)
            memory[component] = state = new MemoryStream();
        state.SetLength(0);
        write(state);
        state.TryGetBuffer(out ArraySegment<byte> bytes);
        _parts.Add(new DraftPart(component, type, stateVersion, bytes));
    }
}

/// <summary>A component's state in a draft's memory.</summary>
internal sealed record DraftPart(string Component, Type Type, int StateVersion, ReadOnlyMemory<byte> State);
