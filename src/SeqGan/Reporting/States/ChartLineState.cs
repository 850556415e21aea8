namespace SeqGan;

/// <summary>A line of a chart that was added.</summary>
internal sealed record ChartLineState(string Name, PointsState Points);
