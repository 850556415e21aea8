using System.Globalization;

namespace SeqGan.Tests.Reporting;

public sealed class AxisScaleTests
{
    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.31, 0.78, "0.3 0.4 0.5 0.6 0.7 0.8")]
    [InlineData(-3, 12, "-5 0 5 10 15")]
    [InlineData(0, 4321, "0 1,000 2,000 3,000 4,000 5,000")]
    [InlineData(0, 2e-6, "0e0 5e-7 1e-6 1.5e-6 2e-6")]
    [InlineData(5, 5, "4.4 4.6 4.8 5.0 5.2 5.4 5.6")]
    public void Ticks_Values_AreRoundAndCoverThem(double min, double max, string expected)
    {
        AxisScale axis = AxisScale.Over([max, min], ticks: 5, round: true);

        Assert.Equal(expected, string.Join(' ', axis.Ticks.Select(axis.Format)));
        Assert.InRange(axis.Place(min), 0, 1);
        Assert.InRange(axis.Place(max), 0, 1);
    }

    [Fact]
    public void Ticks_AnyRange_AreFew()
    {
        foreach (double min in (double[])[-1e300, -7, 0, 1e-300, 0.1, 1e9, 1e300])
        {
            foreach (double range in (double[])[0, 1e-300, 1e-12, 0.3, 7, 1e12])
            {
                AxisScale axis = AxisScale.Over([min, min + range], ticks: 5, round: true);
                Assert.True(axis.Ticks.Count() is >= 2 and <= 9,
                    string.Create(CultureInfo.InvariantCulture, $"{min} + {range}: {string.Join(' ', axis.Ticks)}"));
            }
        }
    }
}
