namespace SeqGan.Tests;

public sealed class PieceSizesTests
{
    [Theory]
    [InlineData(64, 2, 12)]
    [InlineData(64, 1, 1)]
    [InlineData(1000, 16, 12)]
    [InlineData(3, 1000, 4)]
    [InlineData(1, 1, 1)]
    public void Of_EqualRows_AreSharesOfWhatIsLeft(int rows, int slots, int piecesPerSlot)
    {
        double[] costs = new double[rows];
        Array.Fill(costs, 1);
        List<int> sizes = PieceSizes.Of(costs, slots, piecesPerSlot);
        Assert.Equal(rows, sizes.Sum());
        double shares = slots * Math.Max(1, piecesPerSlot / 3.0), left = rows;
        foreach (int size in sizes)
        {
            Assert.InRange(size, 1, Math.Max(1, Math.Ceiling(Math.Max(left, rows / 8.0) / shares)));
            left -= size;
        }

        Assert.Equal(sizes.OrderDescending(), sizes);
    }

    [Fact]
    public void Of_ManyRows_EndsWithPiecesThatAreNotTiny()
    {
        double[] costs = new double[6400];
        Array.Fill(costs, 1);
        List<int> sizes = PieceSizes.Of(costs, slots: 2, piecesPerSlot: 12);
        Assert.Equal(800, sizes[0]);
        Assert.All(sizes.SkipLast(1), size => Assert.True(size >= 100, $"{size} rows"));
        Assert.InRange(sizes.Count, 20, 28);
    }

    [Fact]
    public void Of_RowsWithoutCost_JoinOthers()
    {
        Assert.Equal([4], PieceSizes.Of([0, 0, 5, 0], 4, 4));
        Assert.Equal([3], PieceSizes.Of([0, 0, 0], 4, 4));
        Assert.Equal(5, PieceSizes.Of([1, 0, 0, 2, 0], 1, 4).Sum());
        Assert.Empty(PieceSizes.Of([], 4, 4));
    }
}
