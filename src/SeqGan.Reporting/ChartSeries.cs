using System.Text.Json.Serialization;

namespace SeqGan.Reporting;

/// <summary>A named line of a chart in an <see cref="HtmlReport"/>. Immutable.</summary>
public sealed class ChartSeries
{
    /// <summary>Creates a series.</summary>
    /// <param name="name">Its name in the legend; not empty.</param>
    /// <param name="points">
    /// The points, joined in this order. One whose <c>X</c> is not finite is left out; one whose <c>Y</c> is not finite breaks the line.
    /// <c>Label</c> is a short text beside the point, such as a temperature; null for none.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public ChartSeries(string name, IEnumerable<(double X, double Y, string? Label)> points)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(points);
        Name = name;
        Points = [.. points.Select(point => new ChartPoint(point.X, point.Y, point.Label))];
    }

    internal ChartSeries(string name, IReadOnlyList<ChartPoint> points) => (Name, Points) = (name, points);

    /// <summary>The name in the legend.</summary>
    public string Name { get; }

    internal IReadOnlyList<ChartPoint> Points { get; }
}

/// <summary>A point of a line: the spread is half its band's height, null for none; a break is not joined to the point before.</summary>
[method: JsonConstructor]
internal readonly record struct ChartPoint(
    double X, double Y,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? Label = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double? Spread = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsBreak = false);
