using System.Globalization;
using Xunit;

namespace SeqGan.Tests;

public class CorpusReportTests
{
    private static readonly string[] s_many = [.. Enumerable.Range(0, 400).Select(i => i.ToString("0000", CultureInfo.InvariantCulture))];

    [Fact]
    public void Report_GoodCorpus_HasFiguresAndNoWarning()
    {
        CorpusReport report = Report([.. s_many, "0001", "12"], new CorpusOptions());

        Assert.Empty(report.Warnings);
        Assert.Equal((13, 1, 4, 0), (report.VocabularySize, report.MinimumTokenCount, report.MaxLength, report.RoundTripFailures));
        Assert.Equal(((401 * 4) + 2) / 402.0, report.MeanLength, 12);
        Assert.Equal(401 / 402.0, report.DistinctShare, 12);
        Assert.Equal(1 / 402.0, report.DuplicateShare, 12);
        Assert.Equal(0, report.TruncationRate);
        Assert.EndsWith(
            "13 tokens in the vocabulary; 4 tokens a sequence: 50% have at most 4, 90% have at most 4, 99% have at most 4, the longest has "
                + $"4.{Environment.NewLine}0.25% repeat an earlier sequence and are kept: how often a sequence occurs is learned.",
            report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ManyLeftOut_HasTheFirstThreeOfEachReason()
    {
        CorpusReport report = Report(
            ["", "abcdefg", "", "ab", "", "", "abcdefgh"], new CorpusOptions { MaxLength = 5, HeldOutFraction = 0 });

        Assert.Equal([1, 2, 3, 5, 7], report.Examples.Select(example => example.Number));
        Assert.Equal((4, 2), (report.Dropped[DropReason.Empty], report.Dropped[DropReason.TooLong]));
    }

    [Fact]
    public void ToString_SmallCorpus_IsAsTheDataPageShows()
    {
        CorpusReport report = Report(["ann", "bea", "cid", "bea", ""], new CorpusOptions { MaxLength = 20, HeldOutFraction = 0 });
        string page = Documentation.RepositoryFiles.Read("docs/data.md");

        Assert.Contains($" {report.ToString().ReplaceLineEndings(" ")} ", page.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_FewSequences_Warns()
    {
        Assert.Equal(CorpusWarning.FewSequences, Only(Report(s_many[..199], new CorpusOptions())).Warning);
        Assert.Empty(Report(s_many[..200], new CorpusOptions()).Warnings);
        (CorpusWarning warning, string message) = Only(Report(s_many, new CorpusOptions { HeldOutFraction = 0.9 }));
        Assert.Contains("there are 400 sequences, 40 of them to train on", message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.NewLine}Warning: {message}", Report(s_many, new CorpusOptions { HeldOutFraction = 0.9 }).ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Report_ManyLongSequences_Warns(bool truncate)
    {
        string[] lines = [.. s_many, .. s_many.Take(100).Select(line => "x" + line + "long")];
        CorpusReport report = Report(lines, new CorpusOptions { MaxLength = 5, TruncateLongSequences = truncate });

        (CorpusWarning warning, string message) = Only(report);
        Assert.Equal(CorpusWarning.SequencesTooLong, warning);
        Assert.StartsWith(
            "20% of the sequences have more tokens than the limit of 5: CorpusOptions.MaxLength 9 keeps all of them.", message,
            StringComparison.Ordinal);
        Assert.Equal(truncate ? 0.2 : 0, report.TruncationRate);
    }

    [Fact]
    public void Report_MostLeftOut_Warns()
    {
        CorpusReport report = Report([.. s_many, .. Enumerable.Repeat("", 500)], new CorpusOptions());

        Assert.Equal(CorpusWarning.MostLeftOut, Only(report).Warning);
        Assert.Contains("500 empty", report.Warnings[CorpusWarning.MostLeftOut], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Report_OneSequenceDominates_NamesIt(bool removeDuplicates)
    {
        CorpusReport report = Report([.. s_many, .. Enumerable.Repeat("0007", 99)],
            new CorpusOptions { RemoveDuplicates = removeDuplicates });

        (CorpusWarning warning, string message) = Only(report);
        Assert.Equal(CorpusWarning.DominantSequence, warning);
        Assert.StartsWith("'0007' is 20.04% of the sequences", message, StringComparison.Ordinal);
        Assert.Contains(removeDuplicates ? "is not learned" : "set CorpusOptions.RemoveDuplicates", message, StringComparison.Ordinal);
        Assert.Equal(400 / 499.0, report.DistinctShare, 12);
    }

    [Fact]
    public void Report_TrainingSequencesInHeldOut_Warns()
    {
        int[][] training = [.. Enumerable.Range(0, 300).Select(i => new[] { i / 20, i % 20 })];
        Corpus corpus = Corpus.FromTokens(training, [[0, 1], [1, 0], [19, 19]], new SequenceFormat(20, 2));

        (CorpusWarning warning, string message) = Only(corpus.Report);
        Assert.Equal(CorpusWarning.SplitOverlap, warning);
        Assert.StartsWith("2 of 3 held-out sequences", message, StringComparison.Ordinal);
        Assert.Equal((20, 2, 2.0), (corpus.Report.VocabularySize, corpus.Report.MaxLength, corpus.Report.MeanLength));
    }

    [Fact]
    public void Report_MostTokensOnce_Warns()
    {
        (CorpusWarning warning, string message) = Only(Report(s_many, new CorpusOptions { Tokenizer = Tokenizer.Whitespace }));

        Assert.Equal(CorpusWarning.SparseVocabulary, warning);
        Assert.StartsWith("100% of the 400 different tokens occur once", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ManyUnknownTokens_Warns()
    {
        CorpusReport report = Report(s_many,
            new CorpusOptions { Tokenizer = Tokenizer.Alphabet(["0", "1", "2"]), RemoveDuplicates = false });

        string message = report.Warnings[CorpusWarning.UnknownTokens];
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{report.UnknownTokenRate * 100:0.##}% of the tokens are unknown"),
            message, StringComparison.Ordinal);
        Assert.InRange(report.UnknownTokenRate, 0.2, 0.6);
    }

    [Theory]
    [InlineData(1, 60, "tokens occur once; set CorpusOptions.MinimumTokenCount to 2, which makes 4.02% of the tokens unknown")]
    [InlineData(2, 60, null)]
    [InlineData(3, 60, "lower CorpusOptions.MinimumTokenCount to 2, choose")]
    [InlineData(1, 4, "56.52% of the 92 different tokens occur once; choose a tokenizer with shorter tokens, or give more data.")]
    [InlineData(2, 4, "of the tokens are unknown; lower CorpusOptions.MinimumTokenCount to 1, choose")]
    public void Report_RareTokens_GivesOneAdviceThatItsReaderCanFollow(int minimum, int frequent, string? advice)
    {
        // 52 tokens occur once, 20 twice and 20 often.
        IEnumerable<string> tokens = Enumerable.Range(0, 52).Select(i => $"once{i}")
            .Concat(Enumerable.Range(0, 40).Select(i => $"twice{i % 20}"))
            .Concat(Enumerable.Range(0, 20 * frequent).Select(i => $"often{i % 20}"));
        var options = new CorpusOptions
        {
            Tokenizer = Tokenizer.Whitespace, MinimumTokenCount = minimum, RemoveDuplicates = false, HeldOutFraction = 0,
        };

        IReadOnlyDictionary<CorpusWarning, string> warnings =
            Report(tokens.Chunk(2).Select(line => string.Join(' ', line)), options).Warnings;

        string[] about = [.. warnings.Values.Where(text => text.Contains("tokenizer with shorter tokens", StringComparison.Ordinal))];
        if (advice is null)
            Assert.Empty(about);
        else
            Assert.Contains(advice, Assert.Single(about), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_TextThatDoesNotComeBack_IsShownAroundTheFirstDifference()
    {
        CorpusReport report = Report(
            [.. s_many.Select(line => $"{line} {line}"), "a  b", "abcdefghijklmnopqrstuvwxyz\tb", " x", " y"],
            new CorpusOptions { Tokenizer = Tokenizer.Whitespace, MinimumTokenCount = 2 });

        Assert.Equal(4, report.RoundTripFailures);
        Assert.Equal(
            [(401, "a  b", "a b", 2), (402, "…klmnopqrstuvwxyz\tb", "…klmnopqrstuvwxyz b", 26), (403, " x", "x", 0)],
            report.RoundTripExamples);
        Assert.Contains(CorpusWarning.LossyTokenizer, report.Warnings.Keys);
    }

    private static (CorpusWarning Warning, string Message) Only(CorpusReport report)
    {
        (CorpusWarning warning, string message) = Assert.Single(report.Warnings);
        return (warning, message);
    }

    private static CorpusReport Report(IEnumerable<string> lines, CorpusOptions options) =>
        Corpus.FromLines(lines, options, TestContext.Current.CancellationToken).Report;
}
