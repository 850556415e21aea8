using Xunit;

namespace SeqGan.Tests;

public class CorpusVocabularyTests
{
    private static readonly Vocabulary s_given = new(["a", "b", "unused"]);

    [Fact]
    public void FromLines_GivenVocabulary_WritesItsIdsAtExactlyTheGivenLength()
    {
        var options = new CorpusOptions { Vocabulary = s_given, MaxLength = 9, HeldOutFraction = 0, MinimumTokenCount = 5 };
        Corpus corpus = Corpus.FromLines(["ba", "ac"], options, TestContext.Current.CancellationToken);

        Assert.Same(s_given, corpus.Vocabulary);
        Assert.Equal((6, 10), (corpus.Format.VocabularySize, corpus.Format.MaxLength));
        Assert.Equal([4, 3, 1], corpus.Training[0]);
        Assert.Equal([3, 2, 1], corpus.Training[1]);
        Assert.Equal(0.25, corpus.Report.UnknownTokenRate);
        Assert.Equal(6, corpus.Report.VocabularySize);
    }

    [Fact]
    public void FromLines_GivenVocabularyAndDrop_LeavesOutOtherTokens()
    {
        var options = new CorpusOptions { Vocabulary = s_given, DropSequencesWithUnknownTokens = true, HeldOutFraction = 0 };
        Corpus corpus = Corpus.FromLines(["ba", "ac"], options, TestContext.Current.CancellationToken);

        Assert.Equal(["ba"], corpus.Decode(corpus.Training));
        Assert.Equal((DropReason.UnknownToken, 2, "ac"), Assert.Single(corpus.Report.Examples));
    }

    [Fact]
    public void FromLines_VocabularyOfAnotherCorpus_EncodesAsThatOneDoes()
    {
        Corpus training = Corpus.FromLines(["abc", "cab", "bbb"], null, TestContext.Current.CancellationToken);
        var options = new CorpusOptions
        {
            Vocabulary = training.Vocabulary, MaxLength = training.Format.MaxLengthWithoutEnd, HeldOutFraction = 0,
        };
        Corpus test = Corpus.FromLines(["cba", "abc", "cab"], options, TestContext.Current.CancellationToken);

        Assert.Equal(training.Format, test.Format);
        Assert.Equal(training.Encode("cba"), test.Training[0].ToArray());
        Assert.Equal(test.Report.Kept - 1 - (training.Decode(training.HeldOut)[0] == "bbb" ? 0 : 1), test.CountOverlap(training));
    }

    [Fact]
    public void CountOverlap_TokenIds_AndMixture()
    {
        var format = new SequenceFormat(10, 2);
        Corpus first = Corpus.FromTokens([[1, 2], [3, 4]], [[5, 6]], format);
        Corpus second = Corpus.FromTokens([[1, 2], [5, 6]], [[3, 4], [1, 2]], format);

        Assert.Equal(3, second.CountOverlap(first));
        Assert.Throws<ArgumentException>(() => first.CountOverlap(Corpus.FromLines(["a"], null, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void FromLines_CharacterOutsideTheAlphabet_IsUnknownOrDropped()
    {
        var options = new CorpusOptions { Tokenizer = Tokenizer.Alphabet(["A", "C", "G", "T"]), HeldOutFraction = 0 };
        Corpus mapped = Corpus.FromLines(["ACG", "ANT"], options, TestContext.Current.CancellationToken);
        options.DropSequencesWithUnknownTokens = true;
        Corpus dropped = Corpus.FromLines(["ACG", "ANT"], options, TestContext.Current.CancellationToken);

        Assert.Equal(["ACG", "A<unknown>T"], mapped.Decode(mapped.Training));
        Assert.DoesNotContain("N", mapped.Vocabulary!.Tokens);
        Assert.Equal(["ACG"], dropped.Decode(dropped.Training));
        Assert.Equal(1, dropped.Report.Dropped[DropReason.UnknownToken]);
        var error = Assert.Throws<CorpusException>(() => Corpus.FromLines(["acg"], options, TestContext.Current.CancellationToken));
        Assert.Contains("A C G T", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("graphemes")]
    [InlineData("regex:[A-Za-z]+")]
    public void FromLines_EachTokenizer_GivesTextsBackThroughIds(string specification)
    {
        string[] lines = ["Hello, world!", "I don't know (yet).", "It's \"well-known\" at example.com.", "cafe\u0301 😀 – 3.14 %"];
        var options = new CorpusOptions { Tokenizer = Tokenizer.Parse(specification), HeldOutFraction = 0, NormalizeText = false };
        Corpus corpus = Corpus.FromLines(lines, options, TestContext.Current.CancellationToken);

        Assert.Equal(lines, corpus.Decode(corpus.Training));
        Assert.Equal(0, corpus.Report.RoundTripFailures);
    }
}
