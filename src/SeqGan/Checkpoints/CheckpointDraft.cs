namespace SeqGan.Checkpoints;

/// <summary>A checkpoint in memory: copies of the components' states, taken while the training waits.</summary>
/// <remarks>Filled by one caller at a time. Disposing it after <see cref="CheckpointStore.WriteAsync"/> does nothing.</remarks>
internal sealed class CheckpointDraft(CheckpointStore store, DraftMemory memory) : IDisposable
{
    private readonly List<DraftPart> _parts = [];

    public IReadOnlyList<DraftPart> Parts => _parts;

    /// <summary>Bytes of all parts.</summary>
    public long Length => memory.Length;

    /// <summary>Copies the state of a component, such as <c>generator</c>.</summary>
    public void Add(string component, Type type, int stateVersion, Action<Stream> write)
    {
        if (_parts.Exists(part => part.Component == component))
            throw new ArgumentException($"The draft already has a state of '{component}'; names of components differ.", nameof(component));
        store.CheckCurrent(this);
        long begin = memory.Length;
        try
        {
            using (var stream = new DraftStream(memory))
                write(stream);
            long length = memory.Length - begin;
            if (length > Array.MaxLength)
                throw new InvalidOperationException($"The state of '{component}' has {length} bytes; the most is {Array.MaxLength}.");
        }
        catch
        {
            memory.Truncate(begin);
            throw;
        }

        _parts.Add(new DraftPart(component, type, stateVersion, begin, memory.Length));
    }

    /// <summary>Returns the memory if the draft was not handed over.</summary>
    public void Dispose() => store.Abandon(this);

    public IEnumerable<ReadOnlyMemory<byte>> Read(DraftPart part) => memory.Range(part.Begin, part.End);

    /// <summary>Appends to a draft's memory until it is closed.</summary>
    private sealed class DraftStream(DraftMemory destination) : Stream
    {
        private bool _closed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => !_closed;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            destination.Append(buffer);
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
            _closed = true;
            base.Dispose(disposing);
        }
    }
}

/// <summary>A component's state in a draft's memory, the bytes from <paramref name="Begin"/> to before <paramref name="End"/>.</summary>
internal sealed record DraftPart(string Component, Type Type, int StateVersion, long Begin, long End);

/// <summary>Memory that grows without being copied, and that drafts use again and again.</summary>
/// <remarks>Fresh memory costs more than the copy into it: the system hands it out by the page, and the collector frees it.</remarks>
internal sealed class DraftMemory
{
    private const int ChunkLength = 1 << 20;

    private readonly List<byte[]> _chunks = [];

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            (int chunk, int start) = Locate(Length);
            if (chunk == _chunks.Count)
                _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkLength));
            int count = Math.Min(bytes.Length, ChunkLength - start);
            bytes[..count].CopyTo(_chunks[chunk].AsSpan(start));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Forgets everything after a length; the memory stays.</summary>
    public void Truncate(long length) => Length = length;

    /// <summary>The bytes of a range, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Range(long begin, long end)
    {
        while (begin < end)
        {
            (int chunk, int start) = Locate(begin);
            int count = (int)Math.Min(end - begin, ChunkLength - start);
            yield return _chunks[chunk].AsMemory(start, count);
            begin += count;
        }
    }

    private static (int Chunk, int Start) Locate(long position) => ((int)(position / ChunkLength), (int)(position % ChunkLength));
}
