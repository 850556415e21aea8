using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public sealed class TokenBatchTests
{
    [Fact]
    public void Indexer_RowWithLength_LeavesPaddingOut()
    {
        var batch = new TokenBatch(new[] { 1, 2, 0, 3, 0, 0, 4, 5, 6 }, 3, 3, new[] { 2, 1, 3 });
        Assert.Equal([1, 2], batch[0].ToArray());
        Assert.Equal([3], batch[1].ToArray());
        Assert.Equal([4, 5, 6], batch[2].ToArray());
        Assert.Equal(6, batch.TokenCount);
    }

    [Fact]
    public void Indexer_NoLengths_GivesWholeRows()
    {
        var batch = new TokenBatch(new[] { 1, 2, 3, 4, 99 }, 2, 2);
        Assert.Equal([3, 4], batch[1].ToArray());
        Assert.Equal(4, batch.TokenCount);
        Assert.Equal(4, batch.Tokens.Length);
        Assert.True(batch.Lengths.IsEmpty);
    }

    [Fact]
    public void Slice_AnyPart_HasTheSameRows()
    {
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 8], Gen.Int[0, 8]).Sample((count, length, withLengths, a, b) =>
        {
            int[] tokens = [.. Enumerable.Range(0, count * length)];
            int[] lengths = [.. Enumerable.Range(0, count).Select(row => row % (length + 1))];
            var batch = new TokenBatch(tokens, count, length, withLengths ? lengths : default);
            int start = Math.Min(a, count), rows = Math.Min(b, count - start);
            TokenBatch part = batch.Slice(start, rows);
            Assert.Equal((rows, length), (part.Count, part.Length));
            for (int row = 0; row < rows; row++)
                Assert.Equal(batch[start + row].ToArray(), part[row].ToArray());
        });
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    [InlineData(2, 1)]
    [InlineData(1, -1)]
    public void Slice_OutOfRange_Throws(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBatch(new int[4], 2, 2).Slice(start, count));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void LengthOf_RowOutOfRange_Throws(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBatch(new int[4], 2, 2).LengthOf(row));

    [Fact]
    public void Constructor_TooFewTokens_NamesBothCounts()
    {
        var exception = Assert.Throws<ArgumentException>(() => new TokenBatch(new int[5], 2, 3));
        Assert.Contains("2 sequences of 3 columns need 6 tokens; there are 5.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TooFewLengths_NamesBothCounts()
    {
        var exception = Assert.Throws<ArgumentException>(() => new TokenBatch(new int[6], 2, 3, new int[1]));
        Assert.Contains("2 sequences need 2 lengths; there are 1.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    public void Constructor_NegativeShape_Throws(int count, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBatch(new int[6], count, length));

    [Fact]
    public void Constructor_ShapeThatOverflows_Throws() => Assert.Throws<ArgumentException>(() => new TokenBatch(new int[6], 65536, 65536));

    [Fact]
    public void Default_IsEmpty() =>
        Assert.Equal((0, 0, 0), (default(TokenBatch).Count, default(TokenBatch).Length, default(TokenBatch).TokenCount));

    [Theory]
    [InlineData(3, new[] { 0, 2, 4 })]
    [InlineData(2, new[] { 0, 3 })]
    [InlineData(0, new int[0])]
    [InlineData(7, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(100, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    public void TakeEvenly_Count_ChoosesFromFirstToLast(int count, int[] expected)
    {
        var batch = new TokenBatch(new[] { 0, 9, 1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9 }, 7, 2, new[] { 1, 2, 1, 2, 1, 2, 1 });

        TokenBatch taken = batch.TakeEvenly(count);

        Assert.Equal(expected, Enumerable.Range(0, taken.Count).Select(row => taken[row][0]));
        Assert.Equal(expected.Select(row => row % 2 == 0 ? 1 : 2), Enumerable.Range(0, taken.Count).Select(taken.LengthOf));
        Assert.Equal(2, taken.Length);
    }

    [Fact]
    public void TakeEvenly_NegativeCount_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => default(TokenBatch).TakeEvenly(-1));
}
