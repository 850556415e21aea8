using static System.FormattableString;

namespace SeqGan.Reporting;

/// <summary>The common part of charts: axes, grid, labels, and the position of a value in the picture.</summary>
/// <remarks>The page's style sets colours and fonts, so that they follow light, dark and print.</remarks>
internal sealed class ChartFrame(AxisScale x, AxisScale y)
{
    public const int Width = 640, Height = 320;
    public const double PlotTop = Top, PlotBottom = Height - Bottom, PlotRight = Width - Right;

    private const int Left = 58, Right = 16, Top = 26, Bottom = 46;

    public AxisScale XAxis => x;

    public double X(double value) => Math.Round(Left + x.Place(value) * (Width - Left - Right), 1);

    public double Y(double value) => Math.Round(Height - Bottom - y.Place(value) * (Height - Top - Bottom), 1);

    /// <summary>Opens the figure and writes its caption; an empty hint is left out.</summary>
    public static void OpenFigure(HtmlWriter html, string title, string hint)
    {
        html.Raw("<figure class=\"chart\"><figcaption>").Element("h3", title);
        if (hint.Length > 0)
            html.Element("p", hint, "class=\"hint\"");
        html.Raw("</figcaption>");
    }

    public static void Open(HtmlWriter html, string id, string title, string description) => html
        .Markup($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">")
        .Element("title", title, $"id=\"{id}-t\"")
        .Element("desc", description, $"id=\"{id}-d\"");

    public void DrawAxes(HtmlWriter html, string xLabel, string yLabel)
    {
        foreach (double tick in y.Ticks)
        {
            html.Markup($"<line class=\"rule\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/>")
                .Element("text", y.Format(tick), Invariant($"class=\"tick end\" x=\"{Left - 7}\" y=\"{Y(tick) + 4}\""));
        }

        foreach (double tick in x.Ticks)
        {
            html.Markup($"<line class=\"axis\" x1=\"{X(tick)}\" x2=\"{X(tick)}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 4}\"/>")
                .Element("text", x.Format(tick), Invariant($"class=\"tick mid\" x=\"{X(tick)}\" y=\"{Height - Bottom + 17}\""));
        }

        const int middleX = (Left + Width - Right) / 2, middleY = (Top + Height - Bottom) / 2;
        html.Markup($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>")
            .Element("text", xLabel, Invariant($"class=\"label mid\" x=\"{middleX}\" y=\"{Height - 8}\""))
            .Element("text", yLabel, $"class=\"label mid\" transform=\"translate(13 {middleY}) rotate(-90)\"");
    }

    /// <summary>The legend, above the picture, where it can wrap.</summary>
    public static void DrawLegend(HtmlWriter html, IEnumerable<string> names, bool bars)
    {
        html.Raw("<ul class=\"legend\">");
        foreach ((int i, string name) in names.Index())
        {
            html.Raw("<li><svg viewBox=\"0 0 26 10\" width=\"26\" height=\"10\" aria-hidden=\"true\">")
                .Raw(bars
                    ? $"<rect class=\"bar {Class(i)}\" x=\"6\" width=\"14\" height=\"10\"/>"
                    : $"<path class=\"line {Class(i)}\" d=\"M1 5H25\"/>")
                .Raw("</svg>").Text(name).Raw("</li>");
        }

        html.Raw("</ul>");
    }

    /// <summary>The figures of a chart as a table that can be opened.</summary>
    public static void WriteTable(
        HtmlWriter html, string hint, string xLabel, IEnumerable<string> columns,
        IEnumerable<(string Name, IEnumerable<string> Cells)> rows)
    {
        html.Raw("<details class=\"data\"><summary>The figures as a table</summary>");
        if (hint.Length > 0)
            html.Element("p", hint, "class=\"hint\"");
        html.Raw("<div class=\"scroll\"><table><thead><tr>");
        foreach (string column in columns.Prepend(xLabel))
            html.Element("th", column, "scope=\"col\"");
        html.Raw("</tr></thead><tbody>");
        foreach ((string name, IEnumerable<string> cells) in rows)
        {
            html.Raw("<tr>").Element("th", name, "scope=\"row\"");
            foreach (string cell in cells)
                html.Element("td", cell);
            html.Raw("</tr>");
        }

        html.Raw("</tbody></table></div></details>");
    }

    /// <summary>The class that gives the series of this index its colour and dashes.</summary>
    public static string Class(int series) => Invariant($"s{series % 8}");
}

/// <summary>An axis that spans all values, with ticks at round numbers.</summary>
internal sealed class AxisScale(double min, double max, double step)
{
    // Above the first, differences of doubles overflow; below the second, rounding hides them.
    private const double Largest = 1e300, SmallestRelativeRange = 1e-9;

    public double Min => min;

    public double Max => max;

    /// <summary>The round numbers within the axis.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            double first = Math.Ceiling(min / step - 1e-6);
            int count = (int)Math.Floor(max / step - first + 1e-6) + 1;
            // Avoid -0, which would be printed as such.
            return Enumerable.Range(0, count).Select(i => (first + i) * step).Select(tick => Math.Abs(tick) < step / 2 ? 0 : tick);
        }
    }

    public static bool CanShow(double value) => Math.Abs(value) <= Largest;

    /// <summary>An axis with about this many ticks; [0, 1] if there is no value. Its ends are rounded, or the extreme values.</summary>
    public static AxisScale Over(IEnumerable<double> values, int ticks, bool round)
    {
        double[] all = [.. values];
        (double low, double high) = all.Length > 0 ? (all.Min(), all.Max()) : (0, 1);
        if (high - low <= SmallestRelativeRange * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            double margin = low == 0 ? 1 : Math.Abs(low) / 10;
            (low, high) = (low - margin, high + margin);
        }

        double rough = (high - low) / ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        return round
            ? new AxisScale(Math.Floor(low / step + 1e-6) * step, Math.Ceiling(high / step - 1e-6) * step, step)
            : new AxisScale(low, high, step);
    }

    /// <summary>The position of a value, from 0 at the least to 1 at the greatest.</summary>
    public double Place(double value) => (value - min) / (max - min);

    public string Format(double tick)
    {
        if (Math.Max(Math.Abs(min), Math.Abs(max)) >= 1e7 || step < 1e-4)
            return tick.ToString("0.###e0", CultureInfo.InvariantCulture);
        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-6));
        return tick.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
