using CsCheck;
using Microsoft.Extensions.Options;
using Xunit;

namespace SeqGan.Tests;

public class CorpusTests
{
    private static readonly string[] s_words =
        [.. Enumerable.Range(0, 200).Select(i => $"word{(char)('a' + (i % 26))}{i}")];

    // 12,000 different lines, each with so many copies.
    [Theory]
    [InlineData(null, 1, 1000)]
    [InlineData(null, 3, 3000)]
    [InlineData(0.1, 1, 1200)]
    public void FromLines_ManySequences_HoldsOutAThousandDifferentOnesUnlessToldOtherwise(double? fraction, int copies, int expected)
    {
        IEnumerable<string> lines = Enumerable.Range(0, 12_000 * copies).Select(i => $"{i % 12_000}");

        Corpus corpus = FromLines(lines, new CorpusOptions { HeldOutFraction = fraction });

        Assert.Equal(expected, corpus.HeldOut.Count);
        Assert.DoesNotContain(CorpusWarning.TooFewHeldOut, corpus.Report.Warnings.Keys);
    }

    // Half of all lines are 40 that are frequent. Of 1,000 different ones, two are such, in the mean, with 500 copies each.
    [Fact]
    public void FromLines_FrequentSequences_AreHeldOutLikeOthers()
    {
        string[] lines =
            [.. Enumerable.Range(0, 20_000).Select(i => $"{i}"), .. Enumerable.Range(0, 20_000).Select(i => $"often {i % 40}")];

        IEnumerable<int> frequent = Enumerable.Range(0, 8).Select(seed =>
        {
            Corpus corpus = FromLines(lines, new CorpusOptions { Seed = (ulong)seed });
            return corpus.Decode(corpus.HeldOut).Count(line => line.StartsWith("often", StringComparison.Ordinal));
        });

        Assert.InRange(frequent.Average(), 300, 1700);
    }

    [Fact]
    public void FromLines_TokenThatOnlyHeldOutSequencesHave_IsReadAsUnknown()
    {
        string[] lines = [.. Enumerable.Range(0, 40).Select(i => $"a{(char)('\u0400' + i)}")];

        Corpus corpus = Corpus.FromLines(lines, new CorpusOptions { HeldOutFraction = 0.25, Seed = 2 });

        Assert.Equal(10, corpus.HeldOut.Count);
        Assert.All(corpus.Decode(corpus.HeldOut), text => Assert.Equal("a<unknown>", text));
        Assert.All(corpus.Decode(corpus.Training), text => Assert.Contains(text, lines));
    }

    [Fact]
    public void FromLines_Text_DecodesToTheSameText()
    {
        string[] lines = ["ab", "c😀", "e\u0301"];
        Corpus corpus = FromLines(lines, new CorpusOptions { HeldOutFraction = 0, NormalizeText = false });

        Assert.Equal(lines, corpus.Decode(corpus.Training));
        Assert.Equal(3, corpus.Format.MaxLength);
        Assert.Equal(corpus.Vocabulary!.Count, corpus.Format.VocabularySize);
        Assert.Equal((0, 1, 0), (corpus.Format.StartToken, corpus.Format.EndToken, corpus.Format.PaddingToken));
        Assert.Equal([.. corpus.Encode("ab")], corpus.Training[0]);
        Assert.Equal(Vocabulary.EndId, corpus.Training[0][^1]);
    }

    [Fact]
    public void FromLines_MaxLength_CountsTheTokensOfTheText()
    {
        Corpus corpus = FromLines(["abcd", "abcde", "abcdef"], new CorpusOptions { MaxLength = 4, HeldOutFraction = 0 });

        Assert.Equal(["abcd"], corpus.Decode(corpus.Training));
        Assert.Equal(5, corpus.Training.LengthOf(0));
        Assert.Equal((5, 4), (corpus.Format.MaxLength, corpus.Format.MaxLengthWithoutEnd));
        Assert.Equal(2, corpus.Report.Dropped[DropReason.TooLong]);
        Assert.Equal((DropReason.TooLong, 2, "abcde"), corpus.Report.Examples[0]);
        Assert.False(corpus.Vocabulary!.TryGetId("e", out _));
    }

    [Fact]
    public void FromLines_Truncate_KeepsTheFirstTokensWithoutAnEnd()
    {
        var options = new CorpusOptions { MaxLength = 4, HeldOutFraction = 0, TruncateLongSequences = true };
        Corpus corpus = FromLines(["abcd", "abcde", "abcdef"], options);

        // The fifth token only says that the sequence goes on.
        Assert.Equal(["abcd", "abcd", "abcd"], corpus.Decode(corpus.Training));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(row => corpus.Format.HasEnded(corpus.Training[row])));
        Assert.Equal([5, 5, 5], corpus.Training.Lengths.ToArray());
        Assert.Equal((2, 4, 4.0), (corpus.Report.Truncated, corpus.Report.MaxLength, corpus.Report.MeanLength));
        options.RemoveDuplicates = true;
        Assert.Equal(1, FromLines(["abcd", "abcde", "abcdef"], options).Report.Dropped[DropReason.Duplicate]);
    }

    [Fact]
    public void FromLines_EmptyAndDuplicateLines_AreCountedByReason()
    {
        Corpus corpus = FromLines(["a", "", "b", "a", "  ", "a"], new CorpusOptions { HeldOutFraction = 0.5, RemoveDuplicates = true });

        CorpusReport report = corpus.Report;
        Assert.Equal((6, 2, 1, 1), (report.Read, report.Kept, report.Training, report.HeldOut));
        Assert.Equal(2, report.Dropped[DropReason.Empty]);
        Assert.Equal(2, report.Dropped[DropReason.Duplicate]);
        Assert.Equal([2, 4, 5, 6], report.Examples.Select(example => example.Number));
        Assert.Equal("6 sequences read, 2 kept: 1 to train on, 1 held out. Left out: 2 empty, 2 duplicate.",
            report.ToString().Split(Environment.NewLine)[0]);
    }

    [Fact]
    public void FromLines_DuplicatesKept_StandOnOneSideOfTheSplit()
    {
        string[] lines = [.. s_words, .. s_words, .. s_words];
        Corpus corpus = FromLines(lines, new CorpusOptions { HeldOutFraction = 0.3 });

        Assert.Equal(600, corpus.Report.Kept);
        Assert.Equal(180, corpus.HeldOut.Count);
        Assert.Empty(corpus.Decode(corpus.Training).Intersect(corpus.Decode(corpus.HeldOut)));
    }

    [Fact]
    public void FromLines_DuplicatesLargerThanTheHeldOutShare_HoldsNothingOut()
    {
        Corpus corpus = FromLines(["a", "a", "a", "b", "b", "a"], new CorpusOptions { HeldOutFraction = 0.1 });

        Assert.Equal((6, 0), (corpus.Training.Count, corpus.HeldOut.Count));
        Assert.Contains("0 sequences are held out instead of 1, because copies of a sequence stay together",
            corpus.Report.Warnings[CorpusWarning.TooFewHeldOut], StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_TwoOutcomesOfManyCopies_HoldsNeitherOut()
    {
        string[] lines = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? "heads" : "tails")];

        Corpus corpus = FromLines(lines, new CorpusOptions { HeldOutFraction = 0.1 });

        Assert.Equal((100, 0), (corpus.Training.Count, corpus.HeldOut.Count));
    }

    [Fact]
    public void FromLines_SameSeed_SameSplit()
    {
        Corpus first = FromLines(s_words, new CorpusOptions { Seed = 7 });
        Corpus again = FromLines(s_words, new CorpusOptions { Seed = 7 });
        Corpus other = FromLines(s_words, new CorpusOptions { Seed = 8 });

        Assert.Equal(first.Decode(first.HeldOut), again.Decode(again.HeldOut));
        Assert.Equal(first.Decode(first.Training), again.Decode(again.Training));
        Assert.NotEqual(first.Decode(first.HeldOut), other.Decode(other.HeldOut));
        Assert.Equal((180, 20), (first.Training.Count, first.HeldOut.Count));
        Assert.Equal(s_words.Order(), first.Decode(first.Training).Concat(first.Decode(first.HeldOut)).Order());
    }

    [Theory]
    [InlineData(1, 0.5, 0)]
    [InlineData(2, 0.01, 1)]
    [InlineData(2, 0.99, 1)]
    [InlineData(10, 0, 0)]
    [InlineData(10, 0.99, 9)]
    public void FromLines_HeldOutFraction_LeavesSomethingOnBothSides(int lines, double fraction, int expected)
    {
        Corpus corpus = FromLines(s_words.Take(lines), new CorpusOptions { HeldOutFraction = fraction });

        Assert.Equal(expected, corpus.HeldOut.Count);
        Assert.Equal(lines - expected, corpus.Training.Count);
    }

    [Fact]
    public void FromLines_RareTokens_BecomeUnknownAndMakeDuplicates()
    {
        var options = new CorpusOptions { MinimumTokenCount = 2, HeldOutFraction = 0, RemoveDuplicates = true };
        Corpus corpus = FromLines(["aab", "aac", "aa"], options);

        Assert.Equal(["aa<unknown>", "aa"], corpus.Decode(corpus.Training));
        Assert.Equal(1, corpus.Report.Dropped[DropReason.Duplicate]);
        Assert.Equal(0.2, corpus.Report.UnknownTokenRate, 12);
        Assert.Equal(Vocabulary.UnknownId, corpus.Encode("z")[0]);
    }

    [Fact]
    public void FromLines_DropSequencesWithRareTokens_NamesThem()
    {
        var options = new CorpusOptions { MinimumTokenCount = 2, DropSequencesWithUnknownTokens = true, HeldOutFraction = 0 };
        Corpus corpus = FromLines(["aab", "aa"], options);

        Assert.Equal(["aa"], corpus.Decode(corpus.Training));
        Assert.Equal((DropReason.UnknownToken, 1, "aab"), Assert.Single(corpus.Report.Examples));
        Assert.False(corpus.TryEncode("ab", out _));
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => corpus.Encode("ab")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_Whitespace_TokensAreWords()
    {
        Corpus corpus = FromLines(["open file", "close  file", "open   file"],
            new CorpusOptions { Tokenizer = Tokenizer.Whitespace, HeldOutFraction = 0, RemoveDuplicates = true });

        Assert.Equal(["open file", "close file"], corpus.Decode(corpus.Training));
        Assert.Equal(3, corpus.Format.MaxLength);
        Assert.Equal(3, corpus.Vocabulary!.GetId("file"));
    }

    [Fact]
    public void Encode_AtAndOverTheMaximumLength()
    {
        Corpus corpus = FromLines(["abc"], new CorpusOptions());

        Assert.True(corpus.TryEncode("cba", out int[]? sequence));
        Assert.Equal(4, sequence.Length);
        Assert.False(corpus.TryEncode("abca", out sequence));
        Assert.Null(sequence);
        Assert.False(corpus.TryEncode("", out _));
        Assert.Contains("at most 3", Assert.Throws<ArgumentException>(() => corpus.Encode("abca")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_AnyText_LosesNothingThatFits() =>
        Gen.String[Gen.Char["ab \t\u00e9\u0301\ufffd\u6f22"], 0, 8].Array[1, 30].Sample(lines =>
        {
            string[] expected = [.. lines.Append("always").Where(line => !string.IsNullOrWhiteSpace(line)).Distinct()
                .Where(line => line.Length < 7)];
            var options = new CorpusOptions { MaxLength = 6, HeldOutFraction = 0.3, RemoveDuplicates = true, NormalizeText = false };
            Corpus corpus = FromLines([.. lines, "always"], options);

            // A token that only held-out sequences have is read as unknown.
            IReadOnlyList<string> training = corpus.Decode(corpus.Training);
            HashSet<char> known = [.. string.Concat(training)];
            string AsRead(string line) => training.Contains(line)
                ? line
                : string.Concat(line.Select(letter => known.Contains(letter) ? $"{letter}" : "<unknown>"));
            Assert.Equal(expected.Select(AsRead).Order(StringComparer.Ordinal),
                training.Concat(corpus.Decode(corpus.HeldOut)).Order(StringComparer.Ordinal));
            Assert.Equal(lines.Length + 1, corpus.Report.Kept + corpus.Report.Dropped.Values.Sum());
        });

    [Fact]
    public void FromLines_NothingKept_SaysWhy()
    {
        Assert.Contains("none to read", Assert.Throws<CorpusException>(() => FromLines([])).Message, StringComparison.Ordinal);

        var error = Assert.Throws<CorpusException>(() => FromLines(["", "abcdef", "abcdefg"], new CorpusOptions { MaxLength = 3 }));
        Assert.Contains("of 3 read none was kept: 1 empty, 2 too long", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<CorpusException>(() => FromLines(["ab"], new CorpusOptions { MinimumTokenCount = 2 }));
        Assert.Contains("MinimumTokenCount", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_OptionsOutOfRange_ListsAllFailures()
    {
        var options = new CorpusOptions
        {
            Tokenizer = null!, MaxLength = 0, MinimumTokenCount = 0, HeldOutFraction = 1, MaximumSequences = 0,
        };
        var error = Assert.Throws<OptionsValidationException>(() => FromLines(["a"], options));

        Assert.Equal(5, error.Failures.Count());
        Assert.Contains("CorpusOptions.MaxLength is 0; it must be in [1, 2147483646].", error.Failures);
        Assert.Contains("CorpusOptions.HeldOutFraction is 1; it must be in [0, 1).", error.Failures);
        Assert.Contains("CorpusOptions.MaximumSequences is 0; it must be in [1, 2147483647].", error.Failures);
        Assert.Contains("CorpusOptions.Tokenizer is null; leave it as it is for the default, or set a value.", error.Failures);
        Assert.Throws<OptionsValidationException>(() => FromLines(["a"], new CorpusOptions { HeldOutFraction = double.NaN }));
    }

    [Fact]
    public void FromLines_NoLines_SaysSo() =>
        Assert.Contains("none to read", Assert.Throws<CorpusException>(() => Corpus.FromLines([])).Message, StringComparison.Ordinal);

    [Fact]
    public void FromLines_Cancelled_Throws() =>
        Assert.Throws<OperationCanceledException>(() => Corpus.FromLines(["a"], null, new CancellationToken(canceled: true)));

    private static Corpus FromLines(IEnumerable<string> lines, CorpusOptions? options = null) =>
        Corpus.FromLines(lines, options, TestContext.Current.CancellationToken);
}
