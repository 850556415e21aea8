using Xunit;

namespace SeqGan.Tests;

public sealed class SequenceFormatTests
{
    [Theory]
    [InlineData(0, 5, 0, null, null, "vocabularySize")]
    [InlineData(-3, 5, 0, null, null, "vocabularySize")]
    [InlineData(5, 0, 0, null, null, "maxLength")]
    [InlineData(5, 5, 5, null, null, "A token must be in [0, 5). (Parameter 'startToken')")]
    [InlineData(5, 5, -1, null, null, "A token must be in [0, 5). (Parameter 'startToken')")]
    [InlineData(5, 5, 0, 5, 1, "A token must be in [0, 5). (Parameter 'endToken')")]
    [InlineData(5, 5, 0, 1, -1, "A token must be in [0, 5). (Parameter 'paddingToken')")]
    [InlineData(5, 5, 0, 1, null, "With an end token (1) sequences differ in length: name the padding token")]
    [InlineData(5, 5, 0, 2, 2, "The padding and the end token are both 2; they must differ.")]
    [InlineData(1, 5, 0, null, 0, "with it, a vocabulary needs at least 2 tokens")]
    public void Constructor_Contradiction_NamesTheValueAndWhatIsValid(
        int vocabularySize, int maxLength, int startToken, int? endToken, int? paddingToken, string message)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(
            () => new SequenceFormat(vocabularySize, maxLength, startToken, endToken, paddingToken));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 5, "A token must be in [0, 5). (Parameter 'unknownToken')")]
    [InlineData(5, -1, "A token must be in [0, 5). (Parameter 'unknownToken')")]
    [InlineData(5, 0, "The unknown and the padding token are both 0; they must differ.")]
    [InlineData(5, 1, "The unknown and the end token are both 1; they must differ.")]
    public void Constructor_UnknownTokenThatDoesNotFit_NamesTheValueAndWhatIsValid(int vocabularySize, int unknown, string message)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(
            () => new SequenceFormat(vocabularySize, 5, 0, endToken: 1, paddingToken: 0, unknownToken: unknown));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NothingThatCanBeGenerated_IsRefused()
    {
        Assert.Throws<ArgumentException>("vocabularySize", () => new SequenceFormat(2, 5, paddingToken: 0, unknownToken: 1));
        Assert.Throws<ArgumentException>("vocabularySize", () => new SequenceFormat(1, 5, unknownToken: 0));
        Assert.Equal(2, new SequenceFormat(3, 5, 0, 1, 0, unknownToken: 2).UnknownToken);
    }

    [Fact]
    public void CanGenerate_AllButPaddingAndUnknown()
    {
        var format = new SequenceFormat(6, 5, 0, endToken: 1, paddingToken: 0, unknownToken: 2);
        Assert.Equal([1, 3, 4, 5], Enumerable.Range(0, 6).Where(format.CanGenerate));
        Assert.All(Enumerable.Range(0, 6), token => Assert.True(new SequenceFormat(6, 5).CanGenerate(token)));
        Assert.NotEqual(format, new SequenceFormat(6, 5, 0, endToken: 1, paddingToken: 0));
        format.ThrowIfInvalidPrefix([2, 3, 2]);
    }

    [Fact]
    public void Constructor_Values_AreKept()
    {
        var format = new SequenceFormat(10, 6, 2, 1, 0);
        Assert.Equal((10, 6, 2, 1, 0), (format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken));
        Assert.Equal(format, new SequenceFormat(10, 6, 2, 1, 0));
        Assert.NotEqual(format, new SequenceFormat(10, 6, 2, 1, 3));
    }

    [Theory]
    [InlineData(new[] { 3, 1, 0, 0 }, 2)]
    [InlineData(new[] { 1, 3, 1, 0 }, 1)]
    [InlineData(new[] { 3, 4, 5, 1 }, 4)]
    [InlineData(new[] { 3, 4, 5, 6 }, 4)]
    [InlineData(new int[0], 0)]
    public void LengthOf_WithEndToken_EndsAtTheFirst(int[] row, int length) =>
        Assert.Equal(length, new SequenceFormat(10, 6, 0, 1, 0).LengthOf(row));

    [Theory]
    [InlineData(new[] { 3, 1 }, true)]
    [InlineData(new[] { 3, 4, 5, 6, 7, 8 }, false)]
    [InlineData(new[] { 3, 4, 5, 6, 7 }, false)]
    [InlineData(new int[0], false)]
    public void HasEnded_WithEndToken_IsToldByTheLastToken(int[] sequence, bool expected)
    {
        Assert.Equal(expected, new SequenceFormat(10, 6, 0, 1, 0).HasEnded(sequence));
        Assert.True(new SequenceFormat(10, 6).HasEnded(sequence));
    }

    [Fact]
    public void MaxLengthWithoutEnd_LeavesTheEndTokenOut()
    {
        Assert.Equal(5, new SequenceFormat(10, 6, 0, 1, 0).MaxLengthWithoutEnd);
        Assert.Equal(6, new SequenceFormat(10, 6).MaxLengthWithoutEnd);
    }

    [Fact]
    public void LengthOf_WithoutEndToken_IsTheWholeRow() => Assert.Equal(4, new SequenceFormat(10, 4, 0, null, 0).LengthOf([3, 1, 0, 0]));

    [Theory]
    [InlineData(new[] { 3, 1, 0, 0, 0, 0, 0 }, 2, "The batch has 7 columns; a sequence has at most 6 tokens.")]
    [InlineData(new[] { 3, 1, 0 }, 4, "Sequence 0 says that it has 4 tokens; a row of this batch holds 0 to 3.")]
    [InlineData(new[] { 3, 1, 0 }, -1, "Sequence 0 says that it has -1 tokens")]
    [InlineData(new[] { 3, 10, 0 }, 2, "Sequence 0 has token 10 at position 1; tokens are in [0, 10).")]
    [InlineData(new[] { -1, 1, 0 }, 2, "Sequence 0 has token -1 at position 0")]
    [InlineData(new[] { 3, 1, 1 }, 3, "Sequence 0 has token 1 at position 2, after its end token 1: its length is 2, not 3.")]
    [InlineData(new[] { 3, 1, 0 }, 3, "Sequence 0 has the padding token 0 at position 2, within its 3 tokens.")]
    public void ThrowIfInvalid_OtherFormat_NamesRowPositionAndValue(int[] tokens, int length, string message)
    {
        var format = new SequenceFormat(10, 6, 0, 1, 0);
        var batch = new TokenBatch(tokens, 1, tokens.Length, new[] { length });
        var exception = Assert.Throws<ArgumentException>("batch", () => format.ThrowIfInvalid(batch));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThrowIfInvalid_ThisFormat_AllowsAnythingAtPadding() =>
        new SequenceFormat(10, 6, 0, 1, 0).ThrowIfInvalid(new TokenBatch(new[] { 3, 1, 77, 4, 0, 0 }, 2, 3, new[] { 2, 1 }));
}
