namespace SeqGan.Tests.Reporting;

public sealed class CurveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(12_345)]
    public void Points_OfManyAdded_AreEvenlyThinnedWithTheFirstAndTheLast(int added)
    {
        var curve = new Curve();
        for (int i = 0; i < added; i++)
            curve.Add(new ChartPoint(i, 2 * i));

        double[] xs = [.. curve.Points.Select(point => point.X)];
        Assert.InRange(xs.Length, Math.Min(added, 500), Curve.MaxPoints);
        Assert.Equal(0, xs[0]);
        Assert.Equal(added - 1, xs[^1]);
        Assert.Single(xs.Zip(xs.Skip(1), (left, right) => right - left).SkipLast(1).Distinct().DefaultIfEmpty(1));
    }

    [Theory]
    [InlineData(701)]
    [InlineData(1301)]
    [InlineData(2502)]
    public void Points_BreakThatIsThinnedOut_StaysABreak(int at)
    {
        var curve = new Curve();
        for (int i = 0; i < 5000; i++)
            curve.Add(new ChartPoint(i, 0, IsBreak: i == at));

        ChartPoint point = Assert.Single(curve.Points, point => point.IsBreak);
        Assert.InRange(point.X, at, at + 8);
    }
}
