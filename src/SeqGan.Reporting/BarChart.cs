namespace SeqGan.Reporting;

/// <summary>Distributions of groups of values over bins, as bars and as a table. There is one more edge, ascending, than bins.</summary>
internal sealed record BarChart(
    string Title, string XLabel, IReadOnlyList<double> Edges, IReadOnlyList<(string Name, long[] Counts)> Groups)
{
    public string Hint { get; init; } = "";

    /// <summary>Whether bins hold whole numbers, from the lower edge up to the upper, exclusive.</summary>
    public bool IsOfIntegers { get; init; }

    /// <summary>Counts into bins of equal width; the last one includes its upper end. Values outside, and NaN, are left out.</summary>
    public static long[] Count(IEnumerable<float> values, IReadOnlyList<double> edges)
    {
        long[] counts = new long[edges.Count - 1];
        foreach (float value in values)
        {
            double place = (value - edges[0]) / (edges[^1] - edges[0]);
            if (place is >= 0 and <= 1)
                counts[Math.Min((int)(place * counts.Length), counts.Length - 1)]++;
        }

        return counts;
    }

    public void Write(HtmlWriter html, string id)
    {
        double[][] shares =
            [.. Groups.Select(group => Array.ConvertAll(group.Counts, count => 100.0 * count / Math.Max(1, group.Counts.Sum())))];
        ChartFrame.OpenFigure(html, Title, Hint);
        ChartFrame.DrawLegend(html, Groups.Select(group => group.Name), bars: true);
        ChartFrame.Open(html, id, Title, Description());
        var shown = AxisScale.Over(shares.SelectMany(share => share).Append(0), ticks: 5, round: true);
        var frame = new ChartFrame(AxisScale.Over([Edges[0], Edges[^1]], ticks: 8, round: false), shown);
        frame.DrawAxes(html, XLabel, "share in %");
        for (int group = 0; group < Groups.Count; group++)
            DrawBars(html, frame, group, shares[group]);
        html.Raw("</svg>");
        ChartFrame.WriteTable(html, "", XLabel, Groups.Select(group => group.Name), Enumerable.Range(0, Edges.Count - 1).Select(bin =>
            (NameOf(bin), shares.Select(share => $"{HtmlWriter.Number(share[bin])}%"))));
        html.Raw("</figure>");
    }

    private string NameOf(int bin) => !IsOfIntegers
        ? $"{HtmlWriter.Number(Edges[bin])} to {HtmlWriter.Number(Edges[bin + 1])}"
        : Math.Ceiling(Edges[bin]) is var first && Math.Ceiling(Edges[bin + 1]) - 1 is var last && last > first
            ? $"{HtmlWriter.Number(first)} to {HtmlWriter.Number(last)}"
            : HtmlWriter.Number(first);

    private string Description() => $"Shares over {XLabel}. " + string.Join(' ', Groups.Select(group => group.Counts.Sum() == 0
        ? $"{group.Name}: no value."
        : $"{group.Name}: most in {NameOf(Array.IndexOf(group.Counts, group.Counts.Max()))}."));

    private void DrawBars(HtmlWriter html, ChartFrame frame, int group, double[] shares)
    {
        for (int bin = 0; bin < shares.Length; bin++)
        {
            if (shares[bin] == 0)
                continue;
            double room = (frame.X(Edges[bin + 1]) - frame.X(Edges[bin])) * 0.86;
            double width = Math.Max(0.5, Math.Round(room / Groups.Count, 2));
            double left = Math.Round(frame.X(Edges[bin]) + room / 0.86 * 0.07 + group * width, 2);
            double height = Math.Round(ChartFrame.PlotBottom - frame.Y(shares[bin]), 1);
            html.Markup($"<rect class=\"bar {ChartFrame.Class(group)}\" x=\"{left}\" y=\"{frame.Y(shares[bin])}\"")
                .Markup($" width=\"{width}\" height=\"{height}\">")
                .Element("title", $"{Groups[group].Name}, {NameOf(bin)}: {HtmlWriter.Number(shares[bin])}%").Raw("</rect>");
        }
    }
}
