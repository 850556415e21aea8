namespace SeqGan.Reporting;

/// <summary>A named line of a chart in an <see cref="HtmlReport"/>.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ChartSeries
{
    /// <summary>Creates a series.</summary>
    /// <param name="name">Its name in the legend; not empty.</param>
    /// <param name="points">Its points, joined in this order.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public ChartSeries(string name, IEnumerable<ChartPoint> points)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(points);
        Name = name;
        Points = [.. points];
    }

    /// <summary>The name in the legend.</summary>
    public string Name { get; }

    /// <summary>The points, joined in this order.</summary>
    public IReadOnlyList<ChartPoint> Points { get; }
}
