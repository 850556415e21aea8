using System.IO.Compression;

namespace SeqGan.Corpora;

/// <summary>Unpacks gzip; a file that is cut off, damaged or grows out of all proportion is an error.</summary>
/// <remarks>
/// The framework's reader takes the end of a file that is cut off for the end of the data. So a small packed text of our own follows the
/// file; it is unpacked as the last only if the file was complete.
/// </remarks>
internal sealed class GzipText : ReadOnlyStream
{
    private const int BufferBytes = 1 << 16;

    // Text shrinks to a tenth, a monotonous log to a fiftieth, one repeated line to less than a hundredth.
    private const int LargestRatio = 100;
    private const long FreeBytes = 1 << 26;

    private static readonly byte[] s_seal = "the file's end: \u0006\u0015\u0017\u0004"u8.ToArray();
    private static readonly byte[] s_packedSeal = Pack(s_seal);

    private readonly string _path;
    private readonly JoinedStream _packed;
    private readonly GZipStream _unpacking;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private long _unpacked;
    private bool _isAtEnd;

    public GzipText(Stream packed, string path)
    {
        _path = path;
        _packed = new JoinedStream(packed, new MemoryStream(s_packedSeal));
        _unpacking = new GZipStream(_packed, CompressionMode.Decompress);
    }

    public static bool IsPacked(ReadOnlySpan<byte> head) => head is [0x1F, 0x8B, ..];

    /// <exception cref="CorpusException">The file is cut off or damaged, or unpacks to more than a text can.</exception>
    public override int Read(Span<byte> buffer)
    {
        // What may be the seal is held back.
        while (_end - _start <= s_seal.Length)
        {
            if (_isAtEnd)
                return 0;
            Fill();
        }

        int count = Math.Min(buffer.Length, _end - _start - s_seal.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacking.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read = Unpack();
        _end += read;
        _unpacked += read;
        _isAtEnd = read == 0;
        if (_isAtEnd && !_buffer.AsSpan(0, _end).SequenceEqual(s_seal))
            throw Damaged("it ends too early, or something follows its end", cause: null);
        if (_unpacked > FreeBytes && _unpacked / LargestRatio > _packed.Count)
            throw new CorpusException(
                $"'{_path}' unpacks to more than {LargestRatio} times its size, {_unpacked} bytes so far: no text does "
                + "that except one that repeats itself. If it is meant, unpack it and give the unpacked file.");
    }

    private int Unpack()
    {
        try
        {
            return _unpacking.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error.Message.TrimEnd('.'), error);
        }
    }

    private CorpusException Damaged(string problem, Exception? cause) => new(
        $"'{_path}' is compressed with gzip, but is cut off or damaged ({problem}); copy or compress it again.", cause!);

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(content);
        return packed.ToArray();
    }
}
