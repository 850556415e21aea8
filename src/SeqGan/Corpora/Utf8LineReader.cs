using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SeqGan;

/// <summary>Reads a file line by line as strict UTF-8, where the framework's readers would put U+FFFD for what is not.</summary>
internal static class Utf8LineReader
{
    private const int MaxLineBytes = 1 << 28;

    /// <summary>The lines without their ends, LF or CR LF; a byte order mark at the start is skipped.</summary>
    public static IEnumerable<string> ReadLines(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] buffer = new byte[1 << 16];
        int start = 0, filled = 0, line = 0;
        long offset = 0;
        while (true)
        {
            int length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return Decode(buffer.AsSpan(start, length), path, ++line, offset);
                offset += length + 1;
                start += length + 1;
                continue;
            }

            (start, filled) = MakeRoom(ref buffer, start, filled, path, line + 1);
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
                break;
            filled += read;
        }

        if (filled > start)
            yield return Decode(buffer.AsSpan(start, filled - start), path, line + 1, offset);
    }

    private static (int Start, int Filled) MakeRoom(ref byte[] buffer, int start, int filled, string path, int line)
    {
        int rest = filled - start;
        buffer.AsSpan(start, rest).CopyTo(buffer);
        if (rest == buffer.Length)
        {
            if (rest >= MaxLineBytes)
                throw new CorpusException($"'{path}', line {line}: the line is longer than {MaxLineBytes} bytes; a corpus file has one sequence a line.");
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        return (0, rest);
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string path, int line, long offset)
    {
        if (line == 1 && bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
            offset += 3;
        }

        if (bytes.EndsWith("\r"u8))
            bytes = bytes[..^1];
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        int invalid = FirstInvalid(bytes);
        throw new CorpusException(
            $"'{path}', line {line}: the byte 0x{bytes[invalid]:X2} at offset {offset + invalid} of the file is not UTF-8; save the file as UTF-8.");
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out int consumed) == OperationStatus.Done)
            position += consumed;
        return position;
    }
}
