using Xunit;

namespace SeqGan.Tests;

public class BatchSourceTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 100, maxLength: 2);

    [Fact]
    public void TryNext_OneEpoch_GivesEachSequenceAtMostOnceInFullBatches()
    {
        var source = new BatchSource(Numbers(10), s_format, batchSize: 3, seed: 1);

        Assert.Equal(3, source.BatchesPerEpoch);
        Assert.False(source.TryNext(out _));
        int[] seen = Epoch(source, 0);
        Assert.Equal(9, seen.Length);
        Assert.Equal(9, seen.Distinct().Count());
        Assert.False(source.TryNext(out _));
    }

    [Fact]
    public void StartEpoch_SeedAndEpoch_DetermineTheOrder()
    {
        var source = new BatchSource(Numbers(50), s_format, batchSize: 10, seed: 1);
        int[] first = Epoch(source, 0);
        int[] second = Epoch(source, 1);

        Assert.NotEqual(first, second);
        Assert.Equal(first.Order(), second.Order());
        Assert.Equal(first, Epoch(source, 0));
        Assert.Equal(first, Epoch(new BatchSource(Numbers(50), s_format, 10, seed: 1), 0));
        Assert.NotEqual(first, Epoch(new BatchSource(Numbers(50), s_format, 10, seed: 2), 0));
    }

    [Fact]
    public void TryNext_FewerSequencesThanABatch_GivesOneSmallerBatch()
    {
        var source = new BatchSource(Numbers(4), s_format, batchSize: 64, seed: 1);

        Assert.Equal(1, source.BatchesPerEpoch);
        Assert.Equal([0, 1, 2, 3], Epoch(source, 0).Order());
    }

    private static TokenBatch Numbers(int count)
    {
        var buffer = new SequenceBuffer(s_format, count);
        for (int row = 0; row < count; row++)
            buffer.Set(row, [row, row + 1]);
        return buffer.AsBatch();
    }

    private static int[] Epoch(BatchSource source, uint epoch)
    {
        var seen = new List<int>();
        source.StartEpoch(epoch);
        while (source.TryNext(out TokenBatch batch))
            seen.AddRange(First(batch));
        return [.. seen];
    }

    private static int[] First(TokenBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => batch[row][0])];
}
