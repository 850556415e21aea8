using System.Buffers;
using System.Text.Unicode;

namespace SeqGan.Corpora;

/// <summary>Checks that text is UTF-8.</summary>
internal static class Utf8Text
{
    /// <exception cref="CorpusException">The first bytes are those of UTF-16 or UTF-32.</exception>
    public static void CheckStart(ReadOnlySpan<byte> head, string path)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new CorpusException(
                $"'{path}', line 1: the byte 0x{head[0]:X2} at offset 0 begins the byte order mark of UTF-16; save the file as UTF-8.");
    }

    /// <exception cref="CorpusException">A byte is NUL or not UTF-8.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, string path, long line, long offset)
    {
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new CorpusException($"'{path}', line {line}: there is a NUL byte at offset {offset + zero} of the file: it is a binary "
                + "file, or text that is not UTF-8; give a text file that is saved as UTF-8.");
        }

        if (Utf8.IsValid(bytes))
            return;
        int invalid = 0;
        while (Rune.DecodeFromUtf8(bytes[invalid..], out _, out int consumed) == OperationStatus.Done)
            invalid += consumed;
        string problem = $"the byte 0x{bytes[invalid]:X2} at offset {offset + invalid} of the file is not UTF-8; save the file as UTF-8.";
        throw new CorpusException($"'{path}', line {line}: {problem}");
    }

    /// <summary>How many bytes at the end may be the beginning of a character that continues after them.</summary>
    public static int IncompleteTail(ReadOnlySpan<byte> bytes)
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
}
