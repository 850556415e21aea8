using Xunit;

namespace SeqGan.Tests;

public sealed class CorpusLabelTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };
    private static readonly SequenceFormat s_format = new(6, 4, 0, endToken: 1, paddingToken: 0, labelCount: 2);
    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string, string> Sources => new()
    {
        { "csv", "id,name,kind\n1,anna,b\n2,\"b,b\",Ä\n3,cat,a\n4,dog,b\n" },
        { "csv without header", "1,anna,b\n2,\"b,b\",Ä\n3,cat,a\n4,dog,b\n" },
        {
            "json",
            "{\"name\":\"anna\",\"m\":{\"kind\":\"b\"}}\n{\"name\":\"b,b\",\"m\":{\"kind\":\"\\u00c4\"}}\n"
                + "{\"name\":\"cat\",\"m\":{\"kind\":\"a\"}}\n{\"name\":\"dog\",\"m\":{\"kind\":\"b\"}}\n"
        },
        { "lines", "" },
        { "tokens", "" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task From_AnySource_LabelsInOrdinalOrderEachWithItsSequence(string source, string content)
    {
        await File.WriteAllTextAsync(_path, content, Token);
        (string Text, string Label)[] lines = [("anna", "b"), ("b,b", "Ä"), ("cat", "a"), ("dog", "b")];

        Corpus corpus = source switch
        {
            "csv" => Corpus.FromDelimitedFile(_path, "name", new CorpusFileOptions { LabelColumn = "kind" }, s_all, Token),
            "csv without header" =>
                Corpus.FromDelimitedFile(_path, "2", new CorpusFileOptions { LabelColumn = "3", HasHeader = false }, s_all, Token),
            "json" => Corpus.FromJsonLinesFile(_path, "name", new CorpusFileOptions { LabelColumn = "m.kind" }, s_all, Token),
            "lines" => await Corpus.FromLabelledLinesAsync(Later(lines), s_all, Token),
            _ => Corpus.FromLabelledTokenSequences(
                lines.Select(line => ((IReadOnlyList<string>)[.. line.Text.Select(c => $"{c}")], line.Label)), s_all,
                Tokenizer.Characters, Token),
        };

        Assert.Equal(["a", "b", "Ä"], corpus.Labels!.Names);
        Assert.Equal([1L, 2L, 1L], corpus.Labels.Counts);
        Assert.Equal(3, corpus.Format.LabelCount);
        Assert.Equal(["anna:b", "b,b:Ä", "cat:a", "dog:b"], Described(corpus.Training, corpus));
        Assert.Equal(["[b] anna", "[Ä] b,b", "[a] cat", "[b] dog"], corpus.Describe(corpus.Training));
        Assert.Contains("3 labels: 1 'a', 2 'b', 1 'Ä'.", corpus.Report.ToString(), StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2, ["Ä"] = 1 }, corpus.Report.Labels);
        Assert.StartsWith("3 of 3 labels have fewer", corpus.Report.Warnings[CorpusWarning.RareLabels], StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_NoLabels_FormatAndReportKnowNone()
    {
        Corpus corpus = Corpus.FromLines(["one", "two"], s_all, Token);

        Assert.Null(corpus.Labels);
        Assert.Equal(0, corpus.Format.LabelCount);
        Assert.Empty(corpus.Report.Labels);
        Assert.True(corpus.Training.Labels.IsEmpty);
        Assert.DoesNotContain("label", corpus.Report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name,kind\nanna,b\nbob,\ncat, \ndog,a\n",
        "2 of 4 sequences have no label. The first is line 3: the column 'kind' is empty; give each sequence a label, or set "
            + "CorpusFileOptions.SkipInvalid.")]
    [InlineData("name,kind\nanna,\nbob,\n", "2 of 2 sequences have no label. The first is line 2")]
    [InlineData("name,sort\nanna,b\n", "has no column 'kind'; there are 'name', 'sort'")]
    [InlineData("name,kind\nanna\n", "line 2: the record has 1 columns, and no column 2, 'kind'")]
    public void FromDelimitedFile_LabelsForSomeRowsOnly_SaysHowManyAndWhere(string content, string message)
    {
        File.WriteAllText(_path, content);

        var error = Assert.Throws<CorpusException>(
            () => Corpus.FromDelimitedFile(_path, "name", new CorpusFileOptions { LabelColumn = "kind" }, s_all, Token));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{_path}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"name\":\"bob\"}",
        "1 of 3 sequences have no label. The first is line 2: there is no property 'kind'; there is 'name'; give each sequence a label, "
            + "or set CorpusFileOptions.SkipInvalid.")]
    [InlineData("{\"name\":\"bob\",\"kind\":null}", "The first is line 2: the label 'kind' is empty")]
    [InlineData("{\"name\":\"bob\",\"kind\":\" \"}", "The first is line 2: the label 'kind' is empty")]
    [InlineData("{\"name\":\"bob\",\"kind\":[1]}", "line 2: the label 'kind' is an array; it must be a string, a number or true or false")]
    public void FromJsonLinesFile_LabelThatIsNone_IsNamedOrSkipped(string line, string message)
    {
        File.WriteAllText(_path, $"{{\"name\":\"anna\",\"kind\":7}}\n{line}\n{{\"name\":\"cat\",\"kind\":true}}\n");
        Corpus Read(bool skip) =>
            Corpus.FromJsonLinesFile(_path, "name", new CorpusFileOptions { LabelColumn = "kind", SkipInvalid = skip }, s_all, Token);

        Assert.Contains(message, Assert.Throws<CorpusException>(() => Read(skip: false)).Message, StringComparison.Ordinal);
        Corpus corpus = Read(skip: true);
        Assert.Equal(["anna:7", "cat:true"], Described(corpus.Training, corpus));
        Assert.Equal(1, corpus.Report.Dropped[DropReason.Invalid]);
    }

    [Fact]
    public void FromDelimitedFile_SkipInvalid_LeavesOutWhatHasNoLabel()
    {
        File.WriteAllText(_path, "name,kind\nanna,b\nbob,\n,\ndog,a\n");

        Corpus corpus = Corpus.FromDelimitedFile(
            _path, "name", new CorpusFileOptions { LabelColumn = "kind", SkipInvalid = true }, s_all, Token);

        Assert.Equal(["anna:b", "dog:a"], Described(corpus.Training, corpus));
        Assert.Equal(2, corpus.Report.Dropped[DropReason.Invalid]);
    }

    [Fact]
    public void FromDelimitedFile_NoHeaderAndANameForLabels_SaysWhatItMustBe()
    {
        var options = new CorpusFileOptions { LabelColumn = "kind", HasHeader = false };

        Assert.Contains("is 'kind', but CorpusFileOptions.HasHeader is false; give the column's number, from 1",
            Assert.Throws<ArgumentException>(() => Corpus.FromDelimitedFile(_path, "1", options, s_all, Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_LabelsForSomeLinesOnly_SaysHowManyAndWhich()
    {
        var error = Assert.Throws<CorpusException>(
            () => Corpus.FromLabelledLines([("anna", "b"), ("bob", null!), ("", ""), ("dog", " ")], s_all, Token));

        Assert.Equal("2 of 4 sequences have no label. The first is sequence 2: it is empty; give each sequence a label, or none of them.",
            error.Message);
    }

    [Fact]
    public void FromLines_SameTextWithTwoLabels_IsTwoSequencesOnOneSideOfTheSplit()
    {
        (string, string)[] lines = [.. Enumerable.Range(0, 200)
            .SelectMany(i => new[] { ($"{i:000}", "a"), ($"{i:000}", "b"), ($"{i:000}", "b") })];

        Corpus corpus = Corpus.FromLabelledLines(lines, new CorpusOptions { HeldOutFraction = 0.3, RemoveDuplicates = true }, Token);

        Assert.Equal(400, corpus.Report.Kept);
        Assert.Equal(200, corpus.Report.Dropped[DropReason.Duplicate]);
        Assert.InRange(corpus.HeldOut.Count, 100, 120);
        Assert.Empty(corpus.Decode(corpus.HeldOut).Intersect(corpus.Decode(corpus.Training)));
    }

    [Fact]
    public void FromLines_RareLabel_HasASequenceToTrainOn()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            (string, string)[] lines = [.. Enumerable.Range(0, 30).Select(i => ($"{i:00}", i < 2 ? $"rare {i}" : "common"))];
            Corpus corpus = Corpus.FromLabelledLines(lines, new CorpusOptions { HeldOutFraction = 0.9, Seed = seed }, Token);
            Assert.All(corpus.Labels!.Counts, count => Assert.InRange(count, 1, 30));
            Assert.InRange(corpus.HeldOut.Count, 20, 27);
        }
    }

    [Fact]
    public void FromLines_SampleOfMany_LabelsAreThoseOfTheSample()
    {
        (string, string)[] lines = [.. Enumerable.Range(0, 500).Select(i => ($"{i:000}", $"{i / 100}"))];

        Corpus corpus = Corpus.FromLabelledLines(lines, new CorpusOptions { MaximumSequences = 40, HeldOutFraction = 0.25 }, Token);

        foreach (TokenBatch batch in new[] { corpus.Training, corpus.HeldOut })
            Assert.All(Described(batch, corpus), described => Assert.Equal(described[0], described[^1]));
        Assert.Equal(40, corpus.Report.Labels.Values.Sum());
    }

    [Fact]
    public void TryNext_LabelledSequences_KeepTheirLabels()
    {
        Corpus corpus = Corpus.FromLabelledLines(Enumerable.Range(0, 50).Select(i => ($"{i:00}", $"{i / 10}")), s_all, Token);
        var source = new BatchSource(corpus.Training, corpus.Format, 8, seed: 3);
        source.StartEpoch(1);
        while (source.TryNext(out TokenBatch batch))
            Assert.All(Described(batch, corpus), described => Assert.Equal(described[0], described[^1]));
    }

    [Fact]
    public void FromTokens_BatchesWithLabels_NumberThem()
    {
        var training = new TokenBatch(new[] { 2, 1, 3, 1, 4, 1 }, 3, 2, labels: new[] { 1, 1, 0 });
        var heldOut = new TokenBatch(new[] { 5, 1 }, 1, 2, labels: new[] { 1 });

        Corpus corpus = Corpus.FromTokens(training, heldOut, s_format);
        Corpus split = Corpus.FromTokens(training, s_format, new CorpusOptions { HeldOutFraction = 0.4 });

        Assert.Equal(["0", "1"], corpus.Labels!.Names);
        Assert.Equal([1L, 2L], corpus.Labels.Counts);
        Assert.Equal([1, 1, 0], corpus.Training.Labels.ToArray());
        Assert.Equal([1], corpus.HeldOut.Labels.ToArray());
        Assert.Equal((2, 1), (split.Training.Count, split.HeldOut.Count));
        Assert.Equal([1], split.HeldOut.Labels.ToArray());
    }

    [Fact]
    public void FromTokens_LabelsThatDoNotFit_SaysSo()
    {
        var format = new SequenceFormat(6, 4, 0, endToken: 1, paddingToken: 0);
        var unlabelled = new TokenBatch(new[] { 2, 1, 3, 1 }, 2, 2);
        Contains("Training sequences: 2 sequences of a format with 2 labels need one label each; there are 0.",
            () => Corpus.FromTokens(unlabelled, default, s_format));
        Contains("Sequences: Sequence 1 has the label 2; labels are in [0, 2).",
            () => Corpus.FromTokens(new TokenBatch(unlabelled.Tokens, 2, 2, labels: new[] { 0, 2 }), s_format));
        Contains("There are 2 labels, but the format has none.",
            () => Corpus.FromTokens(new TokenBatch(unlabelled.Tokens, 2, 2, labels: new[] { 0, 1 }), default, format));
        Contains("The format has 2 labels, and lists of tokens have none", () => Corpus.FromTokens([[2, 1]], s_format));

        static void Contains(string message, Func<Corpus> make) =>
            Assert.Contains(message, Assert.Throws<CorpusException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodePrefix_Text_IsItsTokensWithoutAnEnd()
    {
        Corpus corpus = Corpus.FromLines(["abc", "bca"], s_all, Token);

        Assert.Equal(corpus.Encode("ab")[..2], corpus.EncodePrefix("ab"));
        Assert.Empty(corpus.EncodePrefix(""));
        Assert.Throws<InvalidOperationException>(() => Corpus.FromTokens([[2]], new SequenceFormat(3, 1)).EncodePrefix("2"));
    }

    private static string[] Described(TokenBatch batch, Corpus corpus) =>
        [.. Enumerable.Range(0, batch.Count).Select(row => $"{corpus.Decode(batch[row])}:{corpus.Labels!.Names[batch.Labels.Span[row]]}")];

    private static async IAsyncEnumerable<(string Text, string Label)> Later((string Text, string Label)[] lines)
    {
        foreach ((string Text, string Label) line in lines)
        {
            await Task.Yield();
            yield return line;
        }
    }
}
