namespace SeqGan.Corpora;

/// <summary>A stream that is read once, from beginning to end.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Streams one after the other; they stay open.</summary>
internal sealed class JoinedStream(params Stream[] streams) : ReadOnlyStream
{
    private int _current;

    /// <summary>How many bytes have been read.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        for (; _current < streams.Length; _current++)
        {
            int read = streams[_current].Read(buffer);
            Count += read;
            if (read > 0 || buffer.IsEmpty)
                return read;
        }

        return 0;
    }
}
