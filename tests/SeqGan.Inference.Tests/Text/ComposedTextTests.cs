using System.Diagnostics;
using System.Text;

namespace SeqGan.Tests;

public class ComposedTextTests
{
    private const string Python = "/usr/bin/python3";

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m")]
    [InlineData("u\u0308\u0304", "\u01d6")]
    [InlineData("u\u0304\u0308", "\u1e7b")]
    [InlineData("s\u0307\u0323", "\u1e69")]
    [InlineData("a\u0327\u0301", "\u00e1\u0327")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\ud834\udd5e", "\ud834\udd57\ud834\udd65")]
    [InlineData("\ufb01", "\ufb01")]
    [InlineData("\ud83d\ude00\u0301", "\ud83d\ude00\u0301")]
    public void Of_Text_IsComposedAsUnicodeSays(string text, string expected) => Assert.Equal(expected, ComposedText.Of(text));

    [Fact]
    public void Of_ComposedText_IsTheSameInstance()
    {
        string text = "déjà vu – 漢字 한글 😀 नमस्ते";
        Assert.Same(text, ComposedText.Of(text));
        string lone = "e\u0301\ud800";
        Assert.Same(lone, ComposedText.Of(lone));
    }

    [Fact]
    public void HasComposed_LettersThatCanBeDecomposed()
    {
        Assert.True(ComposedText.HasComposed("caf\u00e9"));
        Assert.True(ComposedText.HasComposed("한"));
        Assert.False(ComposedText.HasComposed("cafe\u0301 漢 😀 ß"));
    }

    [Fact]
    public void Of_EveryCharacterAndManyMixtures_IsAsInPython()
    {
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not here.");
        string[] texts = [.. Texts()];

        string[] expected = Normalized(texts);

        Assert.Equal(texts.Length, expected.Length);
        for (int i = 0; i < texts.Length; i++)
            Assert.True(expected[i] == ComposedText.Of(texts[i]), Escaped(texts[i]));
    }

    private static IEnumerable<string> Texts()
    {
        int[] assigned = [.. Enumerable.Range(0x20, 0x2FFFF).Where(code => Rune.IsValid(code) && code is not (0x85 or 0x2028 or 0x2029))];
        foreach (int[] line in assigned.Chunk(40))
            yield return string.Concat(line.Select(code => $"{new Rune(code)}x"));
        int[] marks = [.. Enumerable.Range(0x300, 0x70), 0x93C, 0x5B0, 0x64B, 0x1161, 0x11A8, 0x3099], bases =
            [.. "aeiouAEOUsScn", 0x1100, 0xAC00, 0x30AB, 0x915, 0x5D0, 0x627, 0x3B1, 0x1F00];
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            yield return string.Concat(Enumerable.Range(0, 12)
                .Select(_ => new Rune(random.Next(3) == 0 ? bases[random.Next(bases.Length)] : marks[random.Next(marks.Length)])));
        }
    }

    // By Python's tables; both sides as escapes, so that no stream changes anything.
    private static string[] Normalized(string[] texts)
    {
        const string Script = "import sys,unicodedata\nfor l in sys.stdin.buffer.read().decode('utf-8').split('\\n')[:-1]:\n"
            + " sys.stdout.buffer.write((unicodedata.normalize('NFC',l)+'\\n').encode('utf-8'))";
        var start = new ProcessStartInfo(Python)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false), ArgumentList = { "-c", Script },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(string.Join('\n', texts) + "\n");
        process.StandardInput.Close();
        return output.GetAwaiter().GetResult().TrimEnd('\n').Split('\n');
    }

    private static string Escaped(string text) => string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"));
}
