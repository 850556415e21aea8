using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SeqGan;

/// <summary>Reads a file line by line as strict UTF-8, where the framework's readers would put U+FFFD for what is not.</summary>
/// <remarks>A line that is longer than the limit is checked to its end, but only its beginning is kept in memory.</remarks>
internal sealed class Utf8LineReader
{
    private const int ChunkBytes = 1 << 16, SmallestLimit = 1 << 20, LargestLimit = 1 << 28, BytesPerToken = 64;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly int _limit;
    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _filled;

    // Where the buffer begins in the file, and the line at its start.
    private long _offset;
    private int _line = 1;

    private Utf8LineReader(string path, FileStream stream, int limit)
    {
        _path = path;
        _stream = stream;
        _limit = limit;
    }

    /// <summary>How many bytes of a line are read for sequences of at most so many tokens.</summary>
    public static int LimitFor(int maxLength) => (int)Math.Clamp((long)maxLength * BytesPerToken, SmallestLimit, LargestLimit);

    /// <summary>The lines without their ends, LF or CR LF; a byte order mark at the start is skipped.</summary>
    public static IEnumerable<SourceText> ReadLines(string path, int limit)
    {
        using FileStream stream = TextFile.Open(path);
        var reader = new Utf8LineReader(path, stream, limit);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private SourceText? ReadLine()
    {
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + scanned, _filled - _start - scanned).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(scanned + length);
            scanned = _filled - _start;
            if (scanned >= _limit)
                return TakeLong();
            if (!Fill())
                return _filled > _start ? Take(_filled - _start) : null;
        }
    }

    /// <summary>Reads on behind what is in the buffer, which grows if it is full of one line.</summary>
    private bool Fill()
    {
        int rest = _filled - _start;
        if (_start > 0)
            _buffer.AsSpan(_start, rest).CopyTo(_buffer);
        _offset += _start;
        (_start, _filled) = (0, rest);
        if (rest == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Math.Max(_limit, rest + ChunkBytes)));
        int read = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        return read > 0;
    }

    private SourceText Take(int length)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, length);
        Check(bytes);
        string text = Decode(bytes.EndsWith("\r"u8) ? bytes[..^1] : bytes);
        _start = Math.Min(_start + length + 1, _filled);
        return new SourceText(text, _line++);
    }

    private SourceText TakeLong()
    {
        string text = Decode(_buffer.AsSpan(_start, _filled - _start - IncompleteTail(_buffer.AsSpan(_start, _filled - _start))));
        while (true)
        {
            ReadOnlySpan<byte> chunk = _buffer.AsSpan(_start, _filled - _start);
            int end = chunk.IndexOf((byte)'\n');
            int complete = end >= 0 ? end : chunk.Length - IncompleteTail(chunk);
            Check(chunk[..complete]);
            _start += complete;
            if (end >= 0)
            {
                _start++;
                break;
            }

            if (Fill())
                continue;
            Check(_buffer.AsSpan(_start, _filled - _start));
            _start = _filled;
            break;
        }

        return new SourceText(text, _line++, IsCut: true);
    }

    private string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(_line == 1 && bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);

    /// <summary>Checks what begins at the start of the buffer.</summary>
    private void Check(ReadOnlySpan<byte> bytes)
    {
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
            throw new CorpusException($"'{_path}', line {_line}: there is a NUL byte at offset {_offset + _start + zero} of the file: it is a binary file, or text that is not UTF-8; give a text file that is saved as UTF-8.");
        if (Utf8.IsValid(bytes))
            return;
        int invalid = FirstInvalid(bytes);
        throw new CorpusException(
            $"'{_path}', line {_line}: the byte 0x{bytes[invalid]:X2} at offset {_offset + _start + invalid} of the file is not UTF-8; save the file as UTF-8.");
    }

    /// <summary>How many bytes at the end may begin a character that goes on behind them.</summary>
    private static int IncompleteTail(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            byte value = bytes[^back];
            if (value < 0x80)
                return 0;
            if (value >= 0xC0)
                return back < (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2) ? back : 0;
        }

        return 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out int consumed) == OperationStatus.Done)
            position += consumed;
        return position;
    }
}
