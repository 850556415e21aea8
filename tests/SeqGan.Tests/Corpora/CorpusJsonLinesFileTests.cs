using System.Text;
using Xunit;

namespace SeqGan.Tests;

public sealed class CorpusJsonLinesFileTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("{\"text\":\"one\"}\n{\"id\":1,\"text\":\"tw\\u00f6\"}", "text")]
    [InlineData("\uFEFF{\"m\":{\"text\":\"one\"}}\r\n\r\n{\"m\":{\"text\":\"tw\\u00f6\"},\"n\":[]}\r\n", "m.text")]
    [InlineData("{\"m.text\":\"one\"}\n{\"m.text\":\"twö\"}\n", "m.text")]
    public void FromJsonLinesFile_Property_GivesItsValues(string content, string property) =>
        Assert.Equal(["one", "twö"], Texts(Read(content, property)));

    [Theory]
    [InlineData("{\"text\":x}", "not valid JSON ('x' is an invalid start of a value, at byte 9 of the line)")]
    [InlineData("{\"text\":", "not valid JSON")]
    [InlineData("[1]", "not a JSON object but an array")]
    [InlineData("{\"text\":1}", "the property 'text' is not a string but a number")]
    [InlineData("{\"text\":null}", "not a string but null")]
    [InlineData("{\"a\":1,\"b\":2}", "there is no property 'text'; there are 'a', 'b'")]
    [InlineData("{}", "there are none")]
    [InlineData("{\"text\":\"\\ud83d\"}", "surrogate")]
    [InlineData("{\"text\":\"x\"} {}", "not valid JSON")]
    public void FromJsonLinesFile_BrokenLine_IsNamedOrSkipped(string line, string expected)
    {
        string content = $"{{\"text\":\"one\"}}\n{line}\n{{\"text\":\"two\"}}\n";
        string message = Assert.Throws<CorpusException>(() => Read(content, "text")).Message;
        Assert.Contains("line 2", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);

        Corpus corpus = Read(content, "text", new CorpusFileOptions { SkipInvalid = true });
        Assert.Equal(["one", "two"], Texts(corpus));
        Assert.Equal((DropReason.Invalid, 2, line), Assert.Single(corpus.Report.Examples));
        Assert.Equal("3 sequences read, 2 kept: 2 to train on, 0 held out. Left out: 1 invalid.",
            corpus.Report.ToString().Split(Environment.NewLine)[1]);
    }

    [Fact]
    public void FromJsonLinesFile_NestedProperty_NamesWhereItEnds()
    {
        Assert.Contains("no property 'b' in 'a'; there is 'c'",
            Assert.Throws<CorpusException>(() => Read("{\"a\":{\"c\":1}}", "a.b")).Message, StringComparison.Ordinal);
        Assert.Contains("'a' is not an object but a string", Assert.Throws<CorpusException>(() => Read("{\"a\":\"x\"}", "a.b")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromJsonLinesFile_EveryLineInvalid_GivesTheFirstReason()
    {
        var error = Assert.Throws<CorpusException>(() => Read("{\"a\":1}\n", "text", new CorpusFileOptions { SkipInvalid = true }));

        Assert.Contains("line 1: there is no property 'text'; there is 'a'", error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Texts(Corpus corpus) => corpus.Decode(corpus.Training);

    private Corpus Read(string content, string property, CorpusFileOptions? options = null)
    {
        File.WriteAllText(_path, content, new UTF8Encoding(false));
        return Corpus.FromJsonLinesFile(_path, property, options, s_all, TestContext.Current.CancellationToken);
    }
}
