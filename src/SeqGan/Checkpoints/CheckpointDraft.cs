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

        if (!memory.TryGetValue(component, out MemoryStream? state))
            memory[component] = state = new MemoryStream();
        state.SetLength(0);
        using (var stream = new StateStream(state, component))
            write(stream);
        state.TryGetBuffer(out ArraySegment<byte> bytes);
        _parts.Add(new DraftPart(component, type, stateVersion, bytes));
    }

    /// <summary>What a component writes its state to. Closed afterwards: the memory is then on its way to the disk.</summary>
    private sealed class StateStream(MemoryStream state, string component) : Stream
    {
        private MemoryStream? _state = state;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => _state is not null;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_state is null, this);
            if (_state.Length + buffer.Length > Array.MaxLength)
                throw new InvalidOperationException($"The state of '{component}' has more than {Array.MaxLength} bytes, the most.");
            _state.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _state = null;
            base.Dispose(disposing);
        }
    }
}

/// <summary>A component's state in a draft's memory.</summary>
internal sealed record DraftPart(string Component, Type Type, int StateVersion, ReadOnlyMemory<byte> State);
