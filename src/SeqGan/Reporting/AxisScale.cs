using System.Globalization;

namespace SeqGan;

/// <summary>An axis that spans all values, with ticks at round numbers.</summary>
internal sealed class AxisScale
{
    // Above this, differences of doubles overflow; below the other, they drown in rounding.
    private const double Largest = 1e300, SmallestRelativeRange = 1e-9;

    private readonly double _step;

    private AxisScale(double min, double max, double step)
    {
        Min = min;
        Max = max;
        _step = step;
    }

    public double Min { get; }

    public double Max { get; }

    /// <summary>The round numbers within the axis.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            double first = Math.Ceiling(Min / _step - 1e-6);
            int count = (int)Math.Floor(Max / _step - first + 1e-6) + 1;
            for (int i = 0; i < count; i++)
            {
                // Not -0, which would be printed so.
                double tick = (first + i) * _step;
                yield return Math.Abs(tick) < _step / 2 ? 0 : tick;
            }
        }
    }

    public static bool CanShow(double value) => Math.Abs(value) <= Largest;

    /// <summary>An axis for values, all of which can be shown.</summary>
    /// <param name="values">The values; none give [0, 1].</param>
    /// <param name="ticks">About how many ticks.</param>
    /// <param name="round">Whether the ends are round numbers too; otherwise they are the least and the greatest value.</param>
    public static AxisScale Over(IEnumerable<double> values, int ticks, bool round)
    {
        (double min, double max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values)
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        if (min > max)
            (min, max) = (0, 1);
        if (max - min <= SmallestRelativeRange * Math.Max(Math.Abs(min), Math.Abs(max)))
        {
            double margin = min == 0 ? 1 : Math.Abs(min) / 10;
            (min, max) = (min - margin, max + margin);
        }

        double step = NiceStep((max - min) / ticks);
        return round
            ? new AxisScale(Math.Floor(min / step + 1e-6) * step, Math.Ceiling(max / step - 1e-6) * step, step)
            : new AxisScale(min, max, step);
    }

    /// <summary>Where a value stands, from 0 at the least to 1 at the greatest.</summary>
    public double Place(double value) => (value - Min) / (Max - Min);

    public string Format(double tick)
    {
        if (Math.Max(Math.Abs(Min), Math.Abs(Max)) >= 1e7 || _step < 1e-4)
            return tick.ToString("0.###e0", CultureInfo.InvariantCulture);
        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(_step) - 1e-6));
        return tick.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
