using System.Text;
using Xunit;

namespace SeqGan.Tests;

public sealed class CorpusFileTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("one\ntwo\n")]
    [InlineData("one\r\ntwo")]
    [InlineData("\uFEFFone\r\n\r\ntwo\r\n")]
    public void FromFile_LineEndsAndByteOrderMark_AreNoPartOfSequences(string content)
    {
        File.WriteAllText(_path, content, new UTF8Encoding(false));
        Corpus corpus = Read(_path);

        Assert.Equal(["one", "two"], corpus.Decode(corpus.Training));
    }

    [Fact]
    public void FromFile_LongerThanTheBuffer_KeepsEveryLine()
    {
        string[] lines = [.. Enumerable.Range(0, 20_000).Select(i => $"zeile ä😀 {i}")];
        File.WriteAllLines(_path, lines);
        Corpus corpus = Read(_path);

        Assert.Equal(lines, corpus.Decode(corpus.Training));
    }

    [Fact]
    public void FromFile_LineLongerThanTheBuffer_IsDroppedAsTooLong()
    {
        File.WriteAllLines(_path, ["short", new string('x', 300_000), "last"]);
        Corpus corpus = Read(_path);

        Assert.Equal(["short", "last"], corpus.Decode(corpus.Training));
        Assert.Equal(2, Assert.Single(corpus.Report.Examples).Number);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0xFF, (byte)'c' }, "line 2", "0xFF at offset 3")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a', 0xC3, (byte)'\n', (byte)'b' }, "line 1", "0xC3 at offset 4")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "line 1", "0xFF at offset 0")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xED, 0xA0, 0x80 }, "line 2", "0xED at offset 2")]
    public void FromFile_InvalidUtf8_NamesFileLineAndByte(byte[] content, string line, string place)
    {
        File.WriteAllBytes(_path, content);
        var error = Assert.Throws<CorpusException>(() => Read(_path));

        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0, (byte)'c' }, "line 2: there is a NUL byte at offset 3")]
    [InlineData(new byte[] { (byte)'a', 0, (byte)'\n', 0 }, "binary file")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a' }, "UTF-16; save the file as UTF-8")]
    public void FromFile_BinaryOrUtf16_SaysSo(byte[] content, string expected)
    {
        File.WriteAllBytes(_path, content);

        Assert.Contains(expected, Assert.Throws<CorpusException>(() => Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFile_Folder_SaysSo() =>
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => Read(Path.GetTempPath())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FromFile_LineOf100Megabytes_TakesLittleMemory(bool truncate)
    {
        byte[] part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("xxä€😀", 10_000)));
        using (FileStream stream = File.Create(_path))
        {
            stream.Write("first\n"u8);
            for (long written = 0; written < 100_000_000; written += part.Length)
                stream.Write(part);
            stream.Write("\nlast"u8);
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        Corpus corpus = Corpus.FromFile(
            _path, new CorpusOptions { MaxLength = 32, HeldOutFraction = 0, TruncateLongSequences = truncate },
            TestContext.Current.CancellationToken);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        string[] expected = truncate ? ["first", string.Concat(Enumerable.Repeat("xxä€😀", 6)) + "xx", "last"] : ["first", "last"];
        Assert.Equal(expected, corpus.Decode(corpus.Training));
        Assert.True(allocated < 20_000_000, $"{allocated} bytes were allocated.");
    }

    [Theory]
    [InlineData("ä")]
    [InlineData("€")]
    [InlineData("😀")]
    public void FromFile_LongLine_IsReadOnWithinACharacter(string character)
    {
        for (int before = 0; before < 4; before++)
        {
            File.WriteAllText(_path, new string('x', before) + string.Concat(Enumerable.Repeat(character, 1_100_000)) + "\nlast");

            Corpus corpus = Read(_path);
            Assert.Equal(["last"], corpus.Decode(corpus.Training));
        }
    }

    [Fact]
    public void FromFile_LongLineOfOneToken_IsTooLongWhateverThePolicy()
    {
        File.WriteAllText(_path, "a b\n" + new string('x', 2_000_000) + "\nc d");
        var options = new CorpusOptions { HeldOutFraction = 0, TruncateLongSequences = true, Tokenizer = Tokenizer.Whitespace };
        Corpus corpus = Corpus.FromFile(_path, options, TestContext.Current.CancellationToken);

        Assert.Equal(["a b", "c d"], corpus.Decode(corpus.Training));
        Assert.Equal(2, Assert.Single(corpus.Report.Examples).Number);
    }

    [Fact]
    public void FromFile_InvalidByteInALongLine_IsNamed()
    {
        File.WriteAllBytes(_path, [.. "a\n"u8, .. Enumerable.Repeat((byte)'x', 3_000_000), 0xFF, .. "y\nb"u8]);

        Assert.Contains("line 2: the byte 0xFF at offset 3000002", Assert.Throws<CorpusException>(() => Read(_path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFile_Empty_NamesTheFile() =>
        Assert.StartsWith($"'{_path}': a corpus needs at least one sequence", Assert.Throws<CorpusException>(() => Read(_path)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void FromFile_Missing_Throws() => Assert.Throws<FileNotFoundException>(() => Read(_path + ".not-there"));

    private static Corpus Read(string path) => Corpus.FromFile(path, s_all, TestContext.Current.CancellationToken);
}
