using Xunit;

namespace SeqGan.Tests;

public class CorpusFromTokensTests
{
    private static readonly SequenceFormat s_fixed = new(vocabularySize: 10, maxLength: 3);
    private static readonly SequenceFormat s_ending = new(vocabularySize: 10, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };

    [Fact]
    public void FromTokens_FixedLength_KeepsRowsAsTheyAre()
    {
        int[][] rows = [[0, 1, 2], [3, 4, 9]];
        Corpus corpus = Corpus.FromTokens(rows, s_fixed, s_all);

        Assert.Equal([0, 1, 2, 3, 4, 9], corpus.Training.Tokens.ToArray());
        Assert.Equal("3 4 9", corpus.Decode(corpus.Training[1]));
        Assert.Null(corpus.Vocabulary);
        Assert.Throws<InvalidOperationException>(() => corpus.Encode("1 2 3"));
    }

    [Fact]
    public void FromTokens_EndTokens_AreKeptAndPaddingIsTrimmed()
    {
        int[][] rows = [[5, 1], [5, 6, 1, 0], [5, 6, 7, 8], [1], [5, 1, 0]];
        Corpus corpus = Corpus.FromTokens(rows, s_ending, new CorpusOptions { HeldOutFraction = 0, RemoveDuplicates = true });

        Assert.Equal(["5", "5 6", "5 6 7", ""], corpus.Decode(corpus.Training));
        Assert.Equal([2, 3, 4, 1], corpus.Training.Lengths.ToArray());
        Assert.Equal((DropReason.Duplicate, 5, "5 1"), Assert.Single(corpus.Report.Examples));
    }

    [Fact]
    public void FromTokens_HeldOutFraction_SplitsWithoutOverlap()
    {
        int[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { i / 10, i % 10, 0 })];
        Corpus corpus = Corpus.FromTokens(rows, s_fixed, new CorpusOptions { HeldOutFraction = 0.25 });

        Assert.Equal((75, 25), (corpus.Training.Count, corpus.HeldOut.Count));
        Assert.Empty(corpus.Decode(corpus.Training).Intersect(corpus.Decode(corpus.HeldOut)));
    }

    [Theory]
    [InlineData(new[] { 0, 10, 2 }, "Sequence 1, position 1: the token 10 is outside the vocabulary, [0, 10).")]
    [InlineData(new[] { 0, 1, -1 }, "Sequence 1, position 2: the token -1 is outside the vocabulary, [0, 10).")]
    [InlineData(new[] { 0, 1 }, "Sequence 1 has 2 tokens; without an end token in the format each has exactly 3.")]
    [InlineData(new[] { 0, 1, 2, 3 }, "Sequence 1 has 4 tokens; without an end token in the format each has exactly 3.")]
    public void FromTokens_FixedLength_NamesWhatDoesNotFit(int[] bad, string message)
    {
        int[][] rows = [[1, 2, 3], bad];

        Assert.Equal(message, Assert.Throws<CorpusException>(() => Corpus.FromTokens(rows, s_fixed)).Message);
    }

    [Theory]
    [InlineData(new[] { 5, 6 }, "no end token (1)")]
    [InlineData(new int[0], "no end token (1)")]
    [InlineData(new[] { 5, 6, 7, 8, 1 }, "5 tokens, more than the format's maximum length of 4")]
    [InlineData(new[] { 5, 0, 1 }, "position 1: 0 is the padding token")]
    [InlineData(new[] { 5, 1, 6 }, "position 2: the token 6 follows the end token")]
    [InlineData(new[] { 5, 12, 1 }, "the token 12 is outside the vocabulary, [0, 10)")]
    public void FromTokens_EndToken_NamesWhatDoesNotFit(int[] bad, string message)
    {
        int[][] rows = [bad];
        var error = Assert.Throws<CorpusException>(() => Corpus.FromTokens(rows, s_ending));

        Assert.StartsWith("Sequence 0", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromTokens_NoSequences_Throws()
    {
        Assert.Throws<CorpusException>(() => Corpus.FromTokens([], s_fixed));
        Assert.Throws<CorpusException>(() => Corpus.FromTokens([], [[1, 2, 3]], s_fixed));
    }

    [Fact]
    public void FromTokens_TwoSets_KeepsBothWithTheirDuplicates()
    {
        int[][] training = [[1, 2, 3], [1, 2, 3]];
        int[][] heldOut = [[4, 5, 6]];
        Corpus corpus = Corpus.FromTokens(training, heldOut, s_fixed);

        Assert.Equal(["1 2 3", "1 2 3"], corpus.Decode(corpus.Training));
        Assert.Equal(["4 5 6"], corpus.Decode(corpus.HeldOut));
        Assert.Equal((3, 3), (corpus.Report.Read, corpus.Report.Kept));
    }

    [Fact]
    public void FromTokens_Batches_AreCopied()
    {
        var sampled = new SequenceBuffer(s_ending, 2);
        sampled.Set(0, [5, 1]);
        sampled.Set(1, [5, 6, 7, 8]);
        Corpus corpus = Corpus.FromTokens(sampled.AsBatch(), sampled.AsBatch().Slice(1, 1), s_ending);
        sampled.Reset(2);

        Assert.Equal(["5", "5 6 7"], corpus.Decode(corpus.Training));
        Assert.Equal(["5 6 7"], corpus.Decode(corpus.HeldOut));
    }
}
