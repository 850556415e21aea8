using Xunit;

namespace SeqGan.Tests;

/// <summary>Files with one event a row.</summary>
public sealed class CorpusGroupTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0, RemoveDuplicates = false };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("s,t,e\na,2,x\nb,1,p\na,10,y\na,9,z w\nb,-1,q\n", "t", "x z w y|q p", "ordered by 't' (numbers)")]
    [InlineData("s,t,e\na,2026-01-02T10:00,y\nb,2026-01-01,p\na,2026-01-02T09:00,x\n", "t", "x y|p", "ordered by 't' (as text)")]
    [InlineData("s,t,e\na,end,z\na,10,y\na,2,x\nb,1,p\n", "t", "x y z|p",
        "ordered by 't' (3 numbers by value, then 1 others as text, the first 'end' in line 2)")]
    [InlineData("s,t,e\na,1,x\na,1,y\nb,1,p\na,1,z\n", "t", "x y z|p", "ordered by 't' (numbers)")]
    [InlineData("s,t,e\na,1760000000000000002,y\na,1760000000000000001,x\n", "t", "x y", "ordered by 't' (numbers)")]
    [InlineData("s,t,e\na,2,x\nb,1,p\na,1,\na,0,y\n", null, "x y|p", "in the order of the rows")]
    public void FromFiles_GroupedRows_AreSequencesOfTokens(string content, string? order, string expected, string description)
    {
        Corpus corpus = Read(content, new CorpusFileOptions { Columns = ["e"], GroupBy = "s", OrderBy = order });

        Assert.Equal(expected.Split('|'), corpus.Decode(corpus.Training));
        int rows = content.Count(character => character == '\n') - 1;
        Assert.Equal(
            [$"t.csv: a table delimited by ',', column 'e', {rows} rows",
                $"{Sequences(expected)} from {rows} rows grouped by 's', {description}; each value is a token"],
            corpus.Report.Sources);
        Assert.IsType<WhitespaceTokenizer>(corpus.Tokenizer);
    }

    [Fact]
    public void FromFiles_GroupedValuesWithBlanks_AreOneTokenEach()
    {
        Corpus corpus = Read("s,e\na,add to cart\na,buy\na,cart\n", new CorpusFileOptions { Columns = ["e"], GroupBy = "s" });

        Assert.True(corpus.Vocabulary!.TryGetId("add to cart", out int whole));
        Assert.Equal(3, corpus.Report.MaxLength);
        Assert.StartsWith(
            "1 token of the vocabulary, such as 'add to cart', look like several in the text of a sequence, because a blank",
            corpus.Report.Warnings[CorpusWarning.LossyTokenizer], StringComparison.Ordinal);

        int buy = corpus.Vocabulary.GetId("buy");
        Assert.Equal([whole], corpus.EncodePrefix("add to cart"));
        Assert.Equal([buy, whole], corpus.EncodePrefix("buy  add to cart"));
        Assert.Equal([corpus.Vocabulary.GetId("cart"), buy], corpus.EncodePrefix("cart buy"));
        Assert.Equal(
            "The vocabulary has no token 'add'. (Parameter 'prefix')",
            Assert.Throws<ArgumentException>(() => corpus.EncodePrefix("buy add to")).Message);
    }

    [Fact]
    public void FromFiles_GroupedValuesWithoutBlanks_DoNotWarn()
    {
        Corpus corpus = Read("s,e\na,add\na,buy\n", new CorpusFileOptions { Columns = ["e"], GroupBy = "s" });

        Assert.DoesNotContain(CorpusWarning.LossyTokenizer, corpus.Report.Warnings.Keys);
    }

    [Fact]
    public void FromFiles_GroupsOverSeveralFilesAndColumns_AreJoined()
    {
        File.WriteAllText(_folder.Combine("1.csv"), "s,e,p\na,x,1p\nb,y,2p\n");
        File.WriteAllText(_folder.Combine("2.csv"), "s,e,p\na,z,3p\n");

        Corpus corpus = Corpus.FromFiles(
            [_folder.Combine("1.csv"), _folder.Combine("2.csv")], new CorpusFileOptions { Columns = ["e", "p"], GroupBy = "s" }, s_all,
            TestContext.Current.CancellationToken);

        Assert.Equal(["x 1p z 3p", "y 2p"], corpus.Decode(corpus.Training));
    }

    [Fact]
    public void FromFiles_GroupedJsonLines_NumbersAndTexts()
    {
        Corpus corpus = Read(
            "{\"s\":1,\"t\":2,\"e\":\"b\",\"k\":\"m\"}\n{\"s\":1,\"t\":1,\"e\":7,\"k\":\"m\"}\n\n"
                + "{\"s\":\"1\",\"t\":3,\"e\":[\"c\",\"d\"],\"k\":\"m\"}\n",
            new CorpusFileOptions { Columns = ["e"], GroupBy = "s", OrderBy = "t", LabelColumn = "k" }, "t.jsonl");

        Assert.Equal(["7 b c d"], corpus.Decode(corpus.Training));
        Assert.Equal(["m"], corpus.Labels!.Names);
    }

    [Theory]
    [InlineData("s,t,e\na,1,x\n,2,y\n",
        "line 3: 's', which groups the rows, is empty; correct the file, or set CorpusFileOptions.SkipInvalid")]
    [InlineData("s,t,e\na,1,x\na,,y\n", "line 3: 't', which orders the rows, is empty")]
    [InlineData("s,t,e\na,3/14/2026,x\n", "line 2: 't' is '3/14/2026', and such values do not sort; write dates as 2026-01-31")]
    [InlineData("s,t,e\na,14.3.2026 10:00,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,9:05,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,2026-1-5,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,2026-01-05 9:05,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,9:05 PM,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,10 PM,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,Jan 5 2026,x\n", "such values do not sort")]
    [InlineData("s,t,e\na,\"10,5\",x\n", "such values do not sort")]
    [InlineData("s,u,e\na,1,x\n", "has no column 't'; there are 's', 'u', 'e'")]
    public void FromFiles_RowsThatCannotBeGroupedOrOrdered_AreNamed(string content, string expected) => Assert.Contains(
        expected,
        Assert.Throws<CorpusException>(
            () => Read(content, new CorpusFileOptions { Columns = ["e"], GroupBy = "s", OrderBy = "t" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void FromFiles_LabelsOfAGroupDiffer_IsNamed()
    {
        var options = new CorpusFileOptions { Columns = ["e"], GroupBy = "s", LabelColumn = "k" };

        Corpus corpus = Read("s,e,k\na,x,m\nb,y,n\na,z,m\n", options);
        Assert.Equal(["[m] x z", "[n] y"], corpus.Describe(corpus.Training));
        Assert.Contains("line 3: the rows of 's' 'a' have the labels 'm' and 'n'; a sequence has one label",
            Assert.Throws<CorpusException>(() => Read("s,e,k\na,x,m\na,y,n\n", options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_SkippedRowsOfAGroup_AreCounted()
    {
        var options = new CorpusFileOptions { Columns = ["e"], GroupBy = "s", OrderBy = "t", SkipInvalid = true };

        Corpus corpus = Read("s,t,e\na,2,x\na,,y\na,1,z\n", options);

        Assert.Equal(["z x"], corpus.Decode(corpus.Training));
        Assert.Equal((DropReason.Invalid, 3, "a,,y"), Assert.Single(corpus.Report.Examples));
    }

    [Fact]
    public void FromFiles_ManyRows_TakeLittleMemoryEach()
    {
        const int Rows = 200_000;
        File.WriteAllLines(
            _folder.Combine("t.csv"), ["s,t,e", .. Enumerable.Range(0, Rows).Select(i => $"s{i / 10},{Rows - i},event{i % 7}")]);

        Corpus corpus = Corpus.FromFiles(
            [_folder.Combine("t.csv")], new CorpusFileOptions { Columns = ["e"], GroupBy = "s", OrderBy = "t" }, s_all,
            TestContext.Current.CancellationToken);

        Assert.Equal(Rows / 10, corpus.Training.Count);
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 10).Reverse().Select(i => $"event{i % 7}")), corpus.Decode(corpus.Training[0]));
    }

    private static string Sequences(string expected) => expected.Contains('|', StringComparison.Ordinal) ? "2 sequences" : "1 sequence";

    private Corpus Read(string content, CorpusFileOptions options, string name = "t.csv")
    {
        File.WriteAllText(_folder.Combine(name), content);
        return Corpus.FromFiles([_folder.Combine(name)], options, s_all, TestContext.Current.CancellationToken);
    }
}
