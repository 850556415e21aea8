namespace SeqGan;

/// <summary>A checkpoint in memory, while the training stands still: copies of the components' states.</summary>
/// <remarks>Filled by one caller at a time. Once it was handed to <see cref="CheckpointStore.WriteAsync"/>, disposing it does nothing.</remarks>
internal sealed class CheckpointDraft : IDisposable
{
    private readonly CheckpointStore _store;
    private readonly DraftMemory _memory;
    private readonly List<DraftPart> _parts = [];

    internal CheckpointDraft(CheckpointStore store, DraftMemory memory)
    {
        _store = store;
        _memory = memory;
    }

    internal IReadOnlyList<DraftPart> Parts => _parts;

    /// <summary>Bytes of all parts.</summary>
    internal long Length => _memory.Length;

    /// <summary>Copies a part.</summary>
    /// <param name="component">What it is the state of, such as <c>generator</c>; distinct.</param>
    /// <param name="type">The component's type, for the manifest.</param>
    /// <param name="stateVersion">At least 1.</param>
    /// <param name="write">Writes the bytes to memory.</param>
    public void Add(string component, Type type, int stateVersion, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentOutOfRangeException.ThrowIfLessThan(stateVersion, 1);
        ArgumentNullException.ThrowIfNull(write);
        if (_parts.Exists(part => part.Component == component))
            throw new ArgumentException($"The draft has a state of '{component}' already; the names of components differ.", nameof(component));
        _store.CheckCurrent(this);
        long begin = _memory.Length;
        try
        {
            using (var stream = new DraftStream(_memory))
                write(stream);
            if (_memory.Length - begin > Array.MaxLength)
                throw new InvalidOperationException($"The state of '{component}' has {_memory.Length - begin} bytes; the most is {Array.MaxLength}.");
        }
        catch
        {
            _memory.Truncate(begin);
            throw;
        }

        _parts.Add(new DraftPart(component, type, stateVersion, begin, _memory.Length));
    }

    /// <summary>Gives the memory back where the draft was not handed over.</summary>
    public void Dispose() => _store.Abandon(this);

    internal IEnumerable<ReadOnlyMemory<byte>> Read(DraftPart part) => _memory.Range(part.Begin, part.End);
}
