namespace SeqGan;

/// <summary>A line of a <see cref="LineChart"/>.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<CurvePoint> Points);
