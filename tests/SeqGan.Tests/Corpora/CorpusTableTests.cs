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
    [InlineData("t.csv", "sep=\u0001\nid\u0001text\n1\u0001a,b\n", "a,b")]
    [InlineData("t.csv", "text\nno, it; is|one\nyes, it is\n", "no, it; is|one|yes, it is")]
    [InlineData("t.csv", "id\ttext\n1\ta,b\n", "a,b")]
    [InlineData("t.tsv", "text\nno, it is\n", "no, it is")]
    public void FromFiles_NoDelimiterGiven_TheContentTells(string name, string content, string expected)
    {
        Corpus corpus = Read(content, new CorpusFileOptions { Columns = ["text"] }, name);

        Assert.Equal(expected, string.Join('|', Texts(corpus)));
    }

    [Theory]
    [InlineData('\0', '"', "line 1: there is a NUL byte at offset 4 of the file")]
    [InlineData('"', '"', "line 1: there is a quote within a value that does not begin with one")]
    [InlineData(';', ';', "line 1: there is a quote within a value that does not begin with one")]
    public void FromFiles_FirstLineSaysADelimiterThatCannotBe_IsTakenForARow(char delimiter, char quote, string problem)
    {
        var options = new CorpusFileOptions { Columns = ["1"], HasHeader = false, Quote = quote };

        Assert.Contains(
            problem, Assert.Throws<CorpusException>(() => Read($"sep={delimiter}\r\nabc\r\nxyz\r\n", options)).Message,
            StringComparison.Ordinal);
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
    public void FromFiles_SurplusValueWithoutAHeader_IsNoSilentCut() => Assert.Contains(
        "line 3: the record has 3 columns, and the first record 2",
        Assert.Throws<CorpusException>(
            () => Read("1,a\n2,b\n3,c, d\n", new CorpusFileOptions { Columns = ["2"], HasHeader = false })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("t.csv", "session,time,event\n1,9:05,view\n1,9:06,buy\n2,9:07,view\n2,9:09,view\n2,9:09,buy\n")]
    [InlineData("t.jsonl", "{\"session\":1,\"event\":\"view\"}\n{\"session\":1,\"event\":\"buy\"}\n{\"session\":2,\"event\":\"view\"}\n"
        + "{\"session\":2,\"event\":\"buy\"}\n{\"session\":2,\"event\":\"buy\"}\n")]
    public void FromFiles_OneEventARowWithNumberedSessions_AsksForTheGroup(string name, string content)
    {
        string message = Assert.Throws<CorpusException>(() => Read(content, new CorpusFileOptions(), name)).Message;

        Assert.Contains("a row looks like one event of a sequence: 'event' has 2 different values in the first 5 rows, and 'session' may "
            + "join them; set CorpusFileOptions.GroupBy to 'session'. If each row is a sequence, set CorpusFileOptions.Columns to 'event'.",
            message, StringComparison.Ordinal);
        Assert.Equal(5, Read(content, new CorpusFileOptions { Columns = ["event"] }, name).Training.Count);
        Assert.Equal(
            ["view buy", content.Contains("time", StringComparison.Ordinal) ? "view view buy" : "view buy buy"],
            Texts(Read(content, new CorpusFileOptions { GroupBy = "session" }, name)));
    }

    [Theory]
    [InlineData("id,label,text\n1,0,a\n2,1,b\n3,0,c\n4,1,d\n")]
    [InlineData("id,text\n1,yes\n2,yes\n3,no\n4,yes\n")]
    public void FromFiles_NumbersThatJoinNothing_AreNoSessions(string content) =>
        Assert.Equal(4, Read(content, new CorpusFileOptions()).Training.Count);

    [Theory]
    [InlineData("Sales of May\nid,text\n1,a b\n2,c d\n3,e f\n")]
    [InlineData("\uFEFFSales of May\r\n\r\nid;text\r\n1;a b\r\n2;c d\r\n3;e f\r\n")]
    public void FromFiles_TitleAboveTheNames_IsLeftOutAndSaid(string content)
    {
        Corpus corpus = Read(content, new CorpusFileOptions());

        Assert.Equal(["a b", "c d", "e f"], Texts(corpus));
        string above = content[0] == '\uFEFF' ? "2 lines" : "1 line";
        Assert.Contains(
            $"({above} above the header left out), column 'text'", Assert.Single(corpus.Report.Sources), StringComparison.Ordinal);
        char delimiter = content.Contains(';', StringComparison.Ordinal) ? ';' : ',';
        string rest = string.Concat(Enumerable.Range(4, 200).Select(id => $"{id}{delimiter}g\n")) + "204\n";
        int line = content.Count(character => character == '\n') + 201;
        Assert.Contains($"line {line}: the record has 1 columns",
            Assert.Throws<CorpusException>(() => Read(content + rest, new CorpusFileOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_NamesAgainInTheMiddle_AreNoSequence() => Assert.Equal(
        ["a b", "c d"], Texts(Read("id,text\n1,a b\nid,text\n2,c d\n", new CorpusFileOptions())));

    [Fact]
    public void FromFiles_FirstRowThatComesAgain_IsNoHeaderAndKeepsItsFrequency()
    {
        Corpus corpus = Read(
            "cat,chat\ndog,chien\ncat,chat\nsun,soleil\ncat,chat\n", new CorpusFileOptions { Columns = ["1"] });

        Assert.Equal(["cat", "dog", "cat", "sun", "cat"], Texts(corpus));
        Assert.Contains(", without a header, column '1'", Assert.Single(corpus.Report.Sources), StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_NumbersThatAreNoKeys_DoNotHideTheOnlyColumnOfText() => Assert.Equal(
        ["ann", "bea", "ann", "bea", "ann"],
        Texts(Read("name,age\nann,20\nbea,31\nann,20\nbea,31\nann,40\n", new CorpusFileOptions())));

    [Fact]
    public void FromFiles_TextAndArraysInTwoFiles_AreRefused()
    {
        File.WriteAllText(_folder.Combine("a.jsonl"), "{\"e\":\"a b\"}\n");
        File.WriteAllText(_folder.Combine("b.jsonl"), "{\"e\":[\"a\",\"b\"]}\n");

        Assert.Contains("Sequence 2 is an array of tokens, but text in those before; give files of one kind.",
            Assert.Throws<CorpusException>(() => Corpus.FromFiles(
                [_folder.Combine("a.jsonl"), _folder.Combine("b.jsonl")], null, s_all, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_CancelledWhileRowsAreJoined_Ends()
    {
        using var stop = new CancellationTokenSource();
        string path = _folder.Combine("t.csv");
        File.WriteAllText(path, "s,e\na,x\na,y\n");
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => Corpus.FromFiles([path], new CorpusFileOptions { Columns = ["e"], GroupBy = "s" }, s_all, stop.Token));
    }

    [Fact]
    public void FromFiles_SequenceLongerThanTheHead_IsFasta()
    {
        Corpus corpus = Read(
            $">contig\n{string.Concat(Enumerable.Repeat("ACGT", 20_000))}\n>b\nacgtN\n", new CorpusFileOptions(), "t.txt");

        Assert.StartsWith("t.txt: FASTA, 2 sequences", Assert.Single(corpus.Report.Sources), StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_LowerCaseProteins_AreFasta() => Assert.StartsWith(
        "t.txt: FASTA, 2 sequences",
        Assert.Single(Read(
            $">sp1\n{string.Concat(Enumerable.Repeat("mktaylvgg", 4))}\n>sp2\n{string.Concat(Enumerable.Repeat("qwertymk", 4))}\n",
            new CorpusFileOptions(), "t.txt").Report.Sources), StringComparison.Ordinal);

    [Fact]
    public void FromFiles_QuotedWords_AreNoFasta() => Assert.Equal(
        [">Ann", "hello", ">Bob", "Yes"], Texts(Read(">Ann\nhello\n>Bob\nYes\n", new CorpusFileOptions(), "t.txt")));

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
