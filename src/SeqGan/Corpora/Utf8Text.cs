using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SeqGan;

/// <summary>Holds bytes of a file against what text in UTF-8 is.</summary>
internal static class Utf8Text
{
    /// <exception cref="CorpusException">There is a NUL byte, or one that is not UTF-8.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, string path, long line, long offset)
    {
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
            throw new CorpusException($"'{path}', line {line}: there is a NUL byte at offset {offset + zero} of the file: it is a binary file, or text that is not UTF-8; give a text file that is saved as UTF-8.");
        if (Utf8.IsValid(bytes))
            return;
        int invalid = FirstInvalid(bytes);
        throw new CorpusException($"'{path}', line {line}: the byte 0x{bytes[invalid]:X2} at offset {offset + invalid} of the file is not UTF-8; save the file as UTF-8.");
    }

    /// <summary>How many bytes at the end may begin a character that goes on behind them.</summary>
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

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out int consumed) == OperationStatus.Done)
            position += consumed;
        return position;
    }
}
