namespace SeqGan.Corpora;

/// <summary>Reads text line by line as strict UTF-8; the framework's readers would replace invalid bytes by U+FFFD.</summary>
/// <remarks>A line longer than the limit is checked to its end, but only its beginning is kept in memory.</remarks>
internal sealed class Utf8LineReader(string path, Stream stream, int limit)
{
    /// <summary>A token that is longer, on average, is not expected.</summary>
    public const int BytesPerToken = 64;

    private const int ChunkBytes = 1 << 16, SmallestLimit = 1 << 20, LargestLimit = 1 << 28;

    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _filled;

    // The buffer's offset in the file, and the line at its start.
    private long _offset;
    private int _line = 1;

    // A line feed that comes next belongs to the line that was read.
    private bool _isAfterCarriageReturn;

    /// <summary>How many bytes of a line are read for sequences of up to the maximum length in tokens, or the one that is chosen.</summary>
    public static int LimitFor(int? maxLength) =>
        (int)Math.Clamp((long)(maxLength ?? SequenceLengths.Longest) * BytesPerToken, SmallestLimit, LargestLimit);

    /// <summary>The lines of a stream without their ends, LF, CR LF or CR; a byte order mark at the start is skipped.</summary>
    public static IEnumerable<SourceText> ReadLines(Stream stream, string path, int limit)
    {
        var reader = new Utf8LineReader(path, stream, limit);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private SourceText? ReadLine()
    {
        SkipLineFeed();
        int scanned = 0;
        while (true)
        {
            int length = IndexOfEnd(_buffer.AsSpan(_start + scanned, _filled - _start - scanned));
            if (length >= 0)
                return Take(scanned + length);
            scanned = _filled - _start;
            if (scanned >= limit)
                return TakeLong();
            if (!Fill())
                return _filled > _start ? Take(_filled - _start) : null;
        }
    }

    private static int IndexOfEnd(ReadOnlySpan<byte> bytes) => bytes.IndexOfAny((byte)'\n', (byte)'\r');

    private void SkipLineFeed()
    {
        if (_isAfterCarriageReturn && (_filled > _start || Fill()) && _buffer[_start] == '\n')
            _start++;
        _isAfterCarriageReturn = false;
    }

    /// <summary>Appends to the content of the buffer, which grows if one line fills it.</summary>
    private bool Fill()
    {
        int rest = _filled - _start;
        _buffer.AsSpan(_start, rest).CopyTo(_buffer);
        _offset += _start;
        (_start, _filled) = (0, rest);
        if (rest == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Math.Max(limit, rest + ChunkBytes)));
        int read = stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        return read > 0;
    }

    private SourceText Take(int length)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, length);
        Check(bytes);
        string text = Decode(bytes);
        TakeEnd(length);
        return new SourceText(text, _line++);
    }

    private SourceText TakeLong()
    {
        ReadOnlySpan<byte> kept = _buffer.AsSpan(_start, _filled - _start);
        string text = Decode(kept[..^Utf8Text.IncompleteTail(kept)]);
        while (true)
        {
            ReadOnlySpan<byte> chunk = _buffer.AsSpan(_start, _filled - _start);
            int end = IndexOfEnd(chunk);
            int complete = end >= 0 ? end : chunk.Length - Utf8Text.IncompleteTail(chunk);
            Check(chunk[..complete]);
            TakeEnd(complete);
            if (end >= 0)
                break;
            if (Fill())
                continue;
            Check(_buffer.AsSpan(_start, _filled - _start));
            _start = _filled;
            break;
        }

        return new SourceText(text, _line++, IsCut: true);
    }

    /// <summary>Skips a line's rest and, if it is there, its end.</summary>
    private void TakeEnd(int length)
    {
        _start += length;
        if (_start == _filled || _buffer[_start] is not ((byte)'\n' or (byte)'\r'))
            return;
        _isAfterCarriageReturn = _buffer[_start] == '\r';
        _start++;
    }

    private string Decode(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetString(_line == 1 && bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);

    /// <summary>Checks bytes at the start of the buffer.</summary>
    private void Check(ReadOnlySpan<byte> bytes) => Utf8Text.Check(bytes, path, _line, _offset + _start);
}
