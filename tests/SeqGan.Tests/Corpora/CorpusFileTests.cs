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

    [Fact]
    public void FromFile_Empty_Throws() => Assert.Throws<CorpusException>(() => Read(_path));

    [Fact]
    public void FromFile_Missing_Throws() => Assert.Throws<FileNotFoundException>(() => Read(_path + ".not-there"));

    private static Corpus Read(string path) => Corpus.FromFile(path, s_all, TestContext.Current.CancellationToken);
}
