namespace SeqGan;

/// <summary>The part of a chart that all have: axes, grid, labels; and where a value stands in the picture.</summary>
/// <remarks>Colours and fonts stand in the page's style, so that they follow light, dark and print.</remarks>
internal sealed class ChartFrame(AxisScale x, AxisScale y)
{
    public const int Width = 640, Height = 320;
    public const double PlotTop = Top, PlotBottom = Height - Bottom, PlotRight = Width - Right;

    private const int Left = 58, Right = 16, Top = 26, Bottom = 46;

    public AxisScale XAxis => x;

    public double X(double value) => Math.Round(Left + x.Place(value) * (Width - Left - Right), 1);

    public double Y(double value) => Math.Round(Height - Bottom - y.Place(value) * (Height - Top - Bottom), 1);

    public static void Open(HtmlWriter html, string id, string title, string description) => html
        .Markup($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">")
        .Element("title", title, $"id=\"{id}-t\"")
        .Element("desc", description, $"id=\"{id}-d\"");

    public void DrawAxes(HtmlWriter html, string xLabel, string yLabel)
    {
        foreach (double tick in y.Ticks)
        {
            html.Markup($"<line class=\"rule\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/>")
                .Element("text", y.Format(tick), FormattableString.Invariant($"class=\"tick end\" x=\"{Left - 7}\" y=\"{Y(tick) + 4}\""));
        }

        foreach (double tick in x.Ticks)
        {
            html.Markup($"<line class=\"axis\" x1=\"{X(tick)}\" x2=\"{X(tick)}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 4}\"/>")
                .Element("text", x.Format(tick), FormattableString.Invariant($"class=\"tick mid\" x=\"{X(tick)}\" y=\"{Height - Bottom + 17}\""));
        }

        html.Markup($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>")
            .Element("text", xLabel, FormattableString.Invariant($"class=\"label mid\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\""))
            .Element("text", yLabel, FormattableString.Invariant($"class=\"label mid\" transform=\"translate(13 {(Top + Height - Bottom) / 2}) rotate(-90)\""));
    }

    /// <summary>The legend, above the picture, where it can wrap.</summary>
    public static void DrawLegend(HtmlWriter html, IReadOnlyList<string> names, bool bars)
    {
        html.Raw("<ul class=\"legend\">");
        for (int i = 0; i < names.Count; i++)
        {
            html.Raw("<li><svg viewBox=\"0 0 26 10\" width=\"26\" height=\"10\" aria-hidden=\"true\">")
                .Raw(bars ? $"<rect class=\"bar {Class(i)}\" x=\"6\" width=\"14\" height=\"10\"/>" : $"<path class=\"line {Class(i)}\" d=\"M1 5H25\"/>")
                .Raw("</svg>").Text(names[i]).Raw("</li>");
        }

        html.Raw("</ul>");
    }

    /// <summary>The class that gives the series of this index its colour and dashes.</summary>
    public static string Class(int series) => FormattableString.Invariant($"s{series % 8}");
}
