using System.Runtime.InteropServices;

namespace SeqGan.Tool;

/// <summary>
/// Standard output on Linux and macOS, as a stream that fails when its reader has gone, which the console's own ignores, and that waits for
/// a slow reader also if whoever opened the pipe made it non-blocking, which a file stream does not.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private const int Descriptor = 1, Interrupted = 4, Writable = 4;

    private static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">It is full or closed; <see cref="Exception.HResult"/> is the system's number of the error.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = Write(Descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            int error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error == TryAgain)
                WaitUntilWritable();
            else if (error is not (0 or Interrupted))
                throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            buffer = buffer[(int)Math.Max(0, written)..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // If it fails, or the reader has gone, writing says why.
    private static void WaitUntilWritable()
    {
        var request = new PollRequest { Descriptor = Descriptor, Events = Writable };
        _ = Poll(ref request, 1, Timeout.Infinite);
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, ref byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollRequest requests, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
