using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>Mutations of text files: line ends, byte order marks, what is not UTF-8, characters that are more than one unit.</summary>
internal static class TextMutations
{
    private static readonly byte[][] s_parts =
    [
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xFF, 0xFE, 0, 0], [0], [0x1A], [0xC0, 0x80], [0xED, 0xA0, 0x80],
        [0xF4, 0x90, 0x80, 0x80],
        [0xF0, 0x9F, 0x98], [0xE2, 0x82], [0x80], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        .. new[]
        {
            "\n", "\r", "\r\n", "\n\n", "\t", " ", ",", ";", "|", "\"", "\"\"", "\"\n\"", "'", ",,", "\u00A0", "\u2028", "\u0085",
            "\uFEFF", "\uFFFD",
            "\u203F", "\u2423", "\u200D", "\u0301", "👩‍👩‍👧", "𝒳", "ß", "İ", "漢",
            "don't", "3.14", "text", "\\", "{\"text\":\"a\"}",
            "\\ud800", "\\u0000", "null", "1e400",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static IReadOnlyList<Mutation> All { get; } =
        [InsertPart, InsertPart, ReplaceByPart, InsertRun, CopyLine, SwapLines, DeleteLine];

    private static byte[] InsertPart(byte[] input, byte[] other, FuzzRandom random) =>
        Splice.Insert(input, random.OneIn(8) ? 0 : random.Below(input.Length + 1), random.Pick(s_parts));

    private static byte[] ReplaceByPart(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Replace(input, start, length, random.Pick(s_parts));
    }

    /// <summary>A part so often that lines, buffers and tokens become long.</summary>
    private static byte[] InsertRun(byte[] input, byte[] other, FuzzRandom random) =>
        Splice.Insert(input, random.Below(input.Length + 1),
            Splice.Repeat(random.Pick(s_parts), 1 << random.Below(random.OneIn(16) ? 13 : 8)));

    private static byte[] CopyLine(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int end) = Line(input, random);
        return Splice.Insert(input, start, input.AsSpan(start, end - start));
    }

    private static byte[] DeleteLine(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int end) = Line(input, random);
        return Splice.Replace(input, start, end - start, []);
    }

    private static byte[] SwapLines(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int end) = Line(input, random);
        byte[] line = input[start..end], rest = Splice.Replace(input, start, end - start, []);
        return Splice.Insert(rest, Line(rest, random).Start, line);
    }

    /// <summary>A line with its end.</summary>
    private static (int Start, int End) Line(ReadOnlySpan<byte> input, FuzzRandom random)
    {
        int position = random.Below(input.Length + 1);
        int start = input[..position].LastIndexOf((byte)'\n') + 1, length = input[position..].IndexOf((byte)'\n');
        return (start, length < 0 ? input.Length : position + length + 1);
    }
}
