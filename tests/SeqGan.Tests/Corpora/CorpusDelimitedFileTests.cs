using System.Text;
using Xunit;

namespace SeqGan.Tests;

public sealed class CorpusDelimitedFileTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("id,text\n1,one\n2,two\n")]
    [InlineData("id,text\r\n1,one\r\n2,two")]
    [InlineData("\uFEFFtext,id\n\"one\",1\n\ntwo,2\n")]
    [InlineData("id,text\n1,one\n2,two\n3,\n")]
    public void FromDelimitedFile_ColumnByName_GivesItsValues(string content) =>
        Assert.Equal(["one", "two"], Texts(Read(content, "text")));

    [Fact]
    public void FromDelimitedFile_QuotedValues_HoldDelimitersQuotesAndLineEnds() =>
        Assert.Equal(["a,b", "say \"x\"", "two\nlines"], Texts(Read("text\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n", "text")));

    [Fact]
    public void FromDelimitedFile_IndexDelimiterAndQuote_AreAsGiven()
    {
        File.WriteAllText(_path, "1;'a;b'\n2;c\n");
        var file = new CorpusFileOptions { Delimiter = ';', Quote = '\'', HasHeader = false };

        Assert.Equal(["a;b", "c"], Texts(Corpus.FromDelimitedFile(_path, "2", file, s_all, TestContext.Current.CancellationToken)));
        file.HasHeader = true;
        Assert.Equal(["c"], Texts(Corpus.FromDelimitedFile(_path, "2", file, s_all, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void FromDelimitedFile_NameEndsInTsv_TakesTabs()
    {
        string path = _path + ".tsv";
        try
        {
            File.WriteAllText(path, "id\ttext\n1\ta,b\n");
            Assert.Equal(["a,b"], Texts(Corpus.FromDelimitedFile(path, "text", null, s_all, TestContext.Current.CancellationToken)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void FromDelimitedFile_MissingColumn_NamesThoseThereAre()
    {
        var error = Assert.Throws<CorpusException>(() => Read("id,name\n1,x\n", "text"));

        Assert.Contains("no column 'text'; there are 'id', 'name'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,text\n1,one\n2\n3,three\n", "line 3: the record has 1 columns, and no column 2, 'text'")]
    [InlineData("id,text\n1,one\n2,t\"w\"o\n3,three\n", "line 3: there is a quote within a value")]
    [InlineData("id,text\n1,one\n2,\"two\"x\n3,three\n", "line 3: there is text after a closing quote")]
    public void FromDelimitedFile_BrokenRecord_IsNamedOrSkipped(string content, string expected)
    {
        Assert.Contains(expected, Assert.Throws<CorpusException>(() => Read(content, "text")).Message, StringComparison.Ordinal);

        Corpus corpus = Read(content, "text", new CorpusFileOptions { SkipInvalid = true });
        Assert.Equal(["one", "three"], Texts(corpus));
        Assert.Equal(1, corpus.Report.Dropped[DropReason.Invalid]);
        Assert.Equal(3, Assert.Single(corpus.Report.Examples).Number);
    }

    [Fact]
    public void FromDelimitedFile_QuoteNotClosed_IsNamed() =>
        Assert.Contains("line 2: a quote is not closed", Assert.Throws<CorpusException>(() => Read("text\n\"one\ntwo\n", "text")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void FromDelimitedFile_SkippedQuoteThatIsNotClosed_LosesItsLineOnly(string lineEnd)
    {
        string[] lines = ["id,text", "1,one", "2,\"t\"\"wo\"", "3,\"three", "4,four", "5", "6,six"];

        Corpus corpus = Read(string.Join(lineEnd, lines), "text", new CorpusFileOptions { SkipInvalid = true });

        Assert.Equal(["one", "t\"wo", "four", "six"], Texts(corpus));
        Assert.Equal([(DropReason.Invalid, 4, "3,\"three"), (DropReason.Invalid, 6, "5")], corpus.Report.Examples);
    }

    [Fact]
    public void FromDelimitedFile_BrokenRecordOfSeveralLines_IsToldWithItsLines()
    {
        string content = "id,text\n1,one\n2,\"two\n3,three\n4,\"four\n5,five\n";

        Assert.Contains("line 3: there is text after a closing quote, and the record has 3 lines;",
            Assert.Throws<CorpusException>(() => Read(content, "text")).Message, StringComparison.Ordinal);
        Corpus corpus = Read(content, "text", new CorpusFileOptions { SkipInvalid = true });

        Assert.Equal(["one", "five"], Texts(corpus));
        string warning = corpus.Report.Warnings[CorpusWarning.BrokenRecords];
        Assert.StartsWith("3 lines were left out as 1 invalid records of several lines, the first at line 3;", warning,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromDelimitedFile_NotUtf8BehindAQuoteThatIsNotClosed_NamesThePlaceInTheFile()
    {
        File.WriteAllBytes(_path, [.. "text\n\"one\ntwo\n"u8, 0xFF]);

        Assert.Contains(
            "offset 14", Assert.Throws<CorpusException>(() =>
                Corpus.FromDelimitedFile(_path, "text", new CorpusFileOptions { SkipInvalid = true })).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0xFF, (byte)'\n' }, "line 2: the byte 0xFF at offset 3")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0, (byte)'\n' }, "NUL byte")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "UTF-16")]
    public void FromDelimitedFile_NotUtf8_SaysSo(byte[] content, string expected)
    {
        File.WriteAllBytes(_path, content);

        Assert.Contains(expected, Assert.Throws<CorpusException>(() => Corpus.FromDelimitedFile(_path, "1")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromDelimitedFile_NothingUsable_SaysWhy()
    {
        Assert.Contains(_path, Assert.Throws<CorpusException>(() => Read("", "text")).Message, StringComparison.Ordinal);
        Assert.Contains("none to read", Assert.Throws<CorpusException>(() => Read("text\n", "text")).Message, StringComparison.Ordinal);
        var error = Assert.Throws<CorpusException>(() => Read("id,text\n1\n", "text", new CorpusFileOptions { SkipInvalid = true }));
        Assert.Contains("1 invalid. The first invalid one: line 2: the record has 1 columns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromDelimitedFile_OptionsThatContradict_Throw()
    {
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { HasHeader = false }));
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { Delimiter = '"' }));
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { Delimiter = '，' }));
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { Columns = ["b"] }));
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { Format = FileFormat.JsonLines }));
        Assert.Throws<ArgumentException>(() => Read("a", "a", new CorpusFileOptions { OrderBy = "a" }));
        Assert.Throws<ArgumentException>(() => Corpus.FromFiles([_path], new CorpusFileOptions { Columns = [""] }));
        Assert.Throws<ArgumentException>(() => Corpus.FromFiles([]));
        Assert.Throws<ArgumentException>(
            () => Corpus.FromFiles([_path], new CorpusFileOptions { Format = FileFormat.Lines, Columns = ["a"] }));
    }

    private static IReadOnlyList<string> Texts(Corpus corpus) => corpus.Decode(corpus.Training);

    private Corpus Read(string content, string column, CorpusFileOptions? options = null)
    {
        File.WriteAllText(_path, content, new UTF8Encoding(false));
        return Corpus.FromDelimitedFile(_path, column, options, s_all, TestContext.Current.CancellationToken);
    }
}
