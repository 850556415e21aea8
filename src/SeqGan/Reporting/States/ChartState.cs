namespace SeqGan;

/// <summary>A chart that was added.</summary>
internal sealed record ChartState(string Title, string XLabel, string YLabel, ChartLineState[] Lines)
{
    public static ChartState Of(LineChart chart) =>
        new(chart.Title, chart.XLabel, chart.YLabel, [.. chart.Lines.Select(line => new ChartLineState(line.Name, PointsState.Of(line.Points)))]);

    /// <exception cref="InvalidDataException">No chart is like this.</exception>
    public LineChart ToChart() => Lines.Length == 0
        ? throw new InvalidDataException("A chart has no line.")
        : new LineChart(Title, XLabel, YLabel, [.. ObserverState.NotNull(Lines).Select(line => new ChartLine(line.Name, line.Points.ToPoints()))]);
}
