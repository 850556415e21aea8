using System.Text;
using Xunit;

namespace SeqGan.Tests;

/// <summary>Tables as people export them.</summary>
public sealed class CorpusTableTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0, RemoveDuplicates = false };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"id\", \"Events\" ,\"segment\"\n1,\"a b\",x\n", "Events")]
    [InlineData("id, Events of a day ,segment\n1,a b,x\n", "Events of a day")]
    [InlineData("id,Events,segment\n1,a b,x\n", "events")]
    [InlineData("id,Events,segment\n1,a b,x\n", "2")]
    [InlineData("id,x,2\n1,no,a b\n", "2")]
    [InlineData("2019,2020\n7,a b\n", "2020")]
    [InlineData("2,a b\n", "2")]
    public void FromDelimitedFile_NameWithBlanksOrANumber_FindsTheColumn(string content, string column) =>
        Assert.Equal(["a b"], Texts(Read(content, new CorpusFileOptions { Columns = [column] })));

    [Fact]
    public void FromFiles_TwoColumnsOfOneName_AreRefusedWithTheirNumbers()
    {
        const string Content = "id,events,events\n1,a b,c\n";

        string message = Assert.Throws<CorpusException>(() => Read(Content, new CorpusFileOptions { Columns = ["events"] })).Message;
        Assert.Contains("has 2 columns 'events', the columns 2 and 3; give the number of the one that is meant", message,
            StringComparison.Ordinal);
        Assert.Equal(["c"], Texts(Read(Content, new CorpusFileOptions { Columns = ["3"] })));
    }

    [Fact]
    public void FromFiles_NoHeader_ColumnsByNumber()
    {
        const string Content = "0,login view,private\n1,buy,private\n2,view,firm\n";

        Corpus corpus = Read(Content, new CorpusFileOptions { Columns = ["2"], LabelColumn = "3" });
        Assert.Equal(["login view", "buy", "view"], Texts(corpus));
        Assert.Equal(["firm", "private"], corpus.Labels!.Names);
        Assert.Equal(["t.csv: a table delimited by ',', without a header, column '2', 3 sequences"], corpus.Report.Sources);
        Assert.Equal(
            ["buy", "view"], Texts(Read(Content, new CorpusFileOptions { Columns = ["2"], HasHeader = true })));
        Assert.Contains("has no column 4: there are 3, without a header; the first record is '0', 'login view', 'private'",
            Assert.Throws<CorpusException>(() => Read(Content, new CorpusFileOptions { Columns = ["4"] })).Message,
            StringComparison.Ordinal);
        Assert.Contains("has no column 'events'; there are '0', 'login view', 'private'",
            Assert.Throws<CorpusException>(() => Read(Content, new CorpusFileOptions { Columns = ["events"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_SeveralColumns_AreJoinedWithASpace() => Assert.Equal(
        ["b a", "d"], Texts(Read("one,two\na,b\n,d\n", new CorpusFileOptions { Columns = ["two", "one"] })));

    [Theory]
    [InlineData("t.csv", "id;text\n1;a,b\n2;c,d\n", "a,b|c,d")]
    [InlineData("t.csv", "sep=;\r\nid;text\r\n1;a,b\r\n", "a,b")]
    [InlineData("t.csv", "\uFEFFsep=|\nid|text\n1|a,b\n", "a,b")]
    [InlineData("t.csv", "text\nno, it; is|one\nyes, it is\n", "no, it; is|one|yes, it is")]
    [InlineData("t.csv", "id\ttext\n1\ta,b\n", "a,b")]
    [InlineData("t.tsv", "text\nno, it is\n", "no, it is")]
    public void FromFiles_NoDelimiterGiven_TheContentTells(string name, string content, string expected)
    {
        Corpus corpus = Read(content, new CorpusFileOptions { Columns = ["text"] }, name);

        Assert.Equal(expected, string.Join('|', Texts(corpus)));
    }

    [Fact]
    public void FromFiles_ErrorsAfterALineWithTheDelimiter_NameTheLineOfTheFile() => Assert.Contains(
        "line 4: the record has 1 columns",
        Assert.Throws<CorpusException>(() => Read("sep=;\nid;text\n1;a\n2\n", new CorpusFileOptions { Columns = ["text"] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void FromFiles_QuotesThatAreText_AreTextAndSaid()
    {
        string content = "id\ttext\n" + string.Concat(Enumerable.Range(0, 9).Select(i =>
            i % 3 == 0 ? $"{i}\t\"Ann\" said {i}\n" : $"{i}\tBob is {i}\" wide \"so Eve\n"));

        Corpus corpus = Read(content, new CorpusFileOptions { Columns = ["text"] }, "t.tsv");

        Assert.Equal(content.Split('\n')[1..^1].Select(line => line[2..]), Texts(corpus));
        Assert.Equal(["t.tsv: a table delimited by tabs (quotes are text), column 'text', 9 sequences"], corpus.Report.Sources);
        Assert.Equal(["5\" wide"], Texts(Read("id,text\n1,5\" wide\n", new CorpusFileOptions { Columns = ["text"], Quote = null })));
        Assert.Contains("there is a quote within a value that does not begin with one; correct the file, or set "
            + "CorpusFileOptions.SkipInvalid (or CorpusFileOptions.Quote to null, if quotes are text).",
            Assert.Throws<CorpusException>(() => Read("id,text\n1,5\" wide\n", new CorpusFileOptions { Columns = ["text"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_MoreValuesThanTheHeaderHas_IsNoSilentCut()
    {
        const string Content = "id,text\n1,a, b\n2,c,\n";

        Assert.Contains("line 2: the record has 3 columns, and the header 2",
            Assert.Throws<CorpusException>(() => Read(Content, new CorpusFileOptions { Columns = ["text"] })).Message,
            StringComparison.Ordinal);
        Assert.Equal(["c"], Texts(Read(Content, new CorpusFileOptions { Columns = ["text"], SkipInvalid = true })));
    }

    [Fact]
    public void FromFiles_ColumnsOfAFileWithoutAny_AreRefused() => Assert.Contains(
        "is FASTA, which has no columns",
        Assert.Throws<CorpusException>(() => Read(">a\nACGT\n", new CorpusFileOptions { Columns = ["a"] }, "f.fa")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void FromJsonLinesFile_ArraysOfTokens_AreTokens()
    {
        Corpus corpus = Read(
            "{\"e\":[\"add to cart\",\"buy\",3,true],\"k\":\"x\"}\n{\"e\":[\"buy\"],\"k\":\"y\"}\n{\"e\":[],\"k\":\"y\"}\n",
            new CorpusFileOptions { Columns = ["e"], LabelColumn = "k" }, "t.jsonl");

        Assert.Equal(["add to cart buy 3 true", "buy"], Texts(corpus));
        Assert.True(corpus.Vocabulary!.TryGetId("add to cart", out _));
        Assert.IsType<WhitespaceTokenizer>(corpus.Tokenizer);
        Assert.Equal(1, corpus.Report.Dropped[DropReason.Empty]);
        Assert.Equal(["t.jsonl: JSON Lines, property 'e' (arrays of tokens), 3 sequences"], corpus.Report.Sources);
    }

    [Theory]
    [InlineData("{\"e\":[\"a\",{\"b\":1}]}", "element 1 of 'e' is an object; a token must be a string, a number or true or false")]
    [InlineData("{\"e\":[null]}", "element 0 of 'e' is null")]
    [InlineData("{\"e\":[\"\"]}", "element 0 of 'e' is empty; a token needs a character")]
    [InlineData("{\"e\":\"a\"}", "the property 'e' is text, but an array in the lines before")]
    [InlineData("{\"e\":{\"f\":1}}", "the property 'e' is not a string but an object")]
    public void FromJsonLinesFile_NoTokens_IsNamed(string line, string expected) => Assert.Contains(
        $"line 2: {expected}",
        Assert.Throws<CorpusException>(
            () => Read($"{{\"e\":[\"a\"]}}\n{line}\n", new CorpusFileOptions { Columns = ["e"] }, "t.jsonl")).Message,
        StringComparison.Ordinal);

    private static IReadOnlyList<string> Texts(Corpus corpus) => corpus.Decode(corpus.Training);

    private Corpus Read(string content, CorpusFileOptions options, string name = "t.csv")
    {
        string path = _folder.Combine(name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return Corpus.FromFiles([path], options, s_all, TestContext.Current.CancellationToken);
    }
}
