namespace SeqGan.Tool;

/// <summary>Standard output, whose failures differ in type from those of the files that a command reads and writes.</summary>
internal sealed class ResultStream(Stream output) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OutputException">It cannot be written.</exception>
    public override void Write(byte[] buffer, int offset, int count) => Try(() => output.Write(buffer, offset, count));

    /// <inheritdoc cref="Write"/>
    public override void Flush() => Try(output.Flush);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(error);
        }
    }
}

/// <summary>Standard output is full or closed, which is not bad input for any command.</summary>
internal sealed class OutputException(Exception cause)
    : Exception($"The results cannot be written to standard output: {cause.Message}", cause);
