using Xunit;

namespace SeqGan.Tests;

public sealed class SequenceBufferTests
{
    private static readonly SequenceFormat s_format = new(10, 4, 0, 1, 9);

    [Fact]
    public void Constructor_Count_GivesEmptySequencesOfPadding()
    {
        TokenBatch batch = new SequenceBuffer(s_format, 2).AsBatch();
        Assert.Equal((2, 4, 0), (batch.Count, batch.Length, batch.TokenCount));
        Assert.Equal([9, 9, 9, 9, 9, 9, 9, 9], batch.Tokens.ToArray());
    }

    [Fact]
    public void Set_ShorterThanBefore_PadsTheRest()
    {
        var buffer = new SequenceBuffer(s_format, 2);
        buffer.Set(1, [2, 3, 4, 5]);
        buffer.Set(1, [6, 1]);
        Assert.Equal([6, 1], buffer.AsBatch()[1].ToArray());
        Assert.Equal([9, 9, 9, 9, 6, 1, 9, 9], buffer.AsBatch().Tokens.ToArray());
    }

    [Fact]
    public void Set_TooLong_NamesBothLengths()
    {
        var exception = Assert.Throws<ArgumentException>(() => new SequenceBuffer(s_format, 1).Set(0, [1, 2, 3, 4, 5]));
        Assert.Contains("A sequence of 5 tokens does not fit a row of 4.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetLength_AfterWritingARow_SaysWhatIsSequence()
    {
        var buffer = new SequenceBuffer(s_format, 1);
        buffer.Row(0)[0] = 3;
        buffer.SetLength(0, 1);
        Assert.Equal([3], buffer.AsBatch()[0].ToArray());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(2, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 5)]
    public void SetLength_OutOfRange_Throws(int row, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceBuffer(s_format, 2).SetLength(row, length));

    [Fact]
    public void Reset_FewerAndMoreRows_ForgetsWhatWasThere()
    {
        var buffer = new SequenceBuffer(s_format, 3);
        buffer.Set(0, [2, 3, 4, 1]);
        foreach (int count in new[] { 1, 3, 50 })
        {
            buffer.Reset(count);
            Assert.Equal((count, count), (buffer.Count, buffer.AsBatch().Count));
            Assert.Equal(0, buffer.AsBatch().TokenCount);
            Assert.All(buffer.AsBatch().Tokens.ToArray(), token => Assert.Equal(9, token));
        }
    }

    [Fact]
    public void Reset_SameSize_AllocatesNothing()
    {
        var buffer = new SequenceBuffer(s_format, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        buffer.Reset(100);
        buffer.Reset(10);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Reset_ImpossibleCount_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceBuffer(s_format).Reset(count));

    [Fact]
    public void AsBatch_FormatWithoutPadding_GivesRows()
    {
        var buffer = new SequenceBuffer(new SequenceFormat(5, 2), 1);
        buffer.Set(0, [3, 4]);
        Assert.Equal([3, 4], buffer.AsBatch()[0].ToArray());
    }
}
