namespace SeqGan.Reporting;

/// <summary>Lines over two axes as SVG, and the same figures as a table.</summary>
internal sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Lines)
{
    private const int MaxTableRows = 25, MaxMarkers = 40;

    /// <summary>What to look for, in a sentence or two; empty for none.</summary>
    public string Hint { get; init; } = "";

    /// <summary>The ends of the vertical axis, for figures with a natural range.</summary>
    public (double Min, double Max)? Bounds { get; init; }

    /// <summary>Spans to shade behind the lines; the horizontal axis covers them all, so that charts of one run have the same.</summary>
    public IReadOnlyList<PhaseSpan> Phases { get; init; } = [];

    /// <summary>Whether a line holds anything to draw.</summary>
    public bool HasPoints => Lines.Any(line => line.Points.Any(IsDrawn));

    public void Write(HtmlWriter html, string id)
    {
        ChartFrame.OpenFigure(html, Title, Hint);
        if (Lines.Count > 1 || Lines[0].Name != Title)
            ChartFrame.DrawLegend(html, Lines.Select(line => line.Name), bars: false);
        ChartFrame.Open(html, id, Title, Description());
        ChartFrame frame = Frame();
        DrawPhases(html, frame);
        frame.DrawAxes(html, XLabel, YLabel);
        for (int i = 0; i < Lines.Count; i++)
            DrawBand(html, frame, Lines[i], ChartFrame.Class(i));
        for (int i = 0; i < Lines.Count; i++)
            DrawLine(html, frame, Lines[i], ChartFrame.Class(i));
        html.Raw("</svg>");
        WriteTable(html);
        html.Raw("</figure>");
    }

    private static bool IsDrawn(ChartPoint point) => AxisScale.CanShow(point.X) && AxisScale.CanShow(point.Y);

    private static bool HasBand(ChartPoint point) => IsDrawn(point) && point.Spread is { } spread && AxisScale.CanShow(spread);

    private ChartFrame Frame()
    {
        ChartPoint[] points = [.. Lines.SelectMany(line => line.Points).Where(IsDrawn)];
        IEnumerable<double> values = points.SelectMany(point =>
            HasBand(point) ? [point.Y - point.Spread!.Value, point.Y + point.Spread.Value] : (double[])[point.Y]);
        if (Bounds is { } bounds)
            values = values.Append(bounds.Min).Append(bounds.Max);
        IEnumerable<double> steps = points.Select(point => point.X).Concat(Phases.SelectMany(phase => (double[])[phase.Start, phase.End]));
        values = values.Where(AxisScale.CanShow);
        return new ChartFrame(AxisScale.Over(steps, ticks: 7, round: false), AxisScale.Over(values, ticks: 5, round: true));
    }

    private string Description() => $"{YLabel} over {XLabel}. {string.Join(' ', Lines.Select(Describe))}";

    private static string Describe(ChartSeries line) => line.Points.Where(IsDrawn).ToArray() is [var first, ..] points
        ? $"{line.Name}: from {Place(first)} to {Place(points[^1])}, between "
            + $"{HtmlWriter.Number(points.Min(point => point.Y))} and {HtmlWriter.Number(points.Max(point => point.Y))}."
        : $"{line.Name}: no point.";

    private static string Place(ChartPoint point) => $"{HtmlWriter.Number(point.Y)} at {HtmlWriter.Number(point.X)}";

    private void DrawPhases(HtmlWriter html, ChartFrame frame)
    {
        foreach (PhaseSpan phase in Phases)
        {
            double start = frame.X(Math.Clamp(phase.Start, frame.XAxis.Min, frame.XAxis.Max));
            double end = frame.X(Math.Clamp(phase.End, frame.XAxis.Min, frame.XAxis.Max));
            double width = Math.Round(end - start, 1);
            if (width <= 0)
                continue;
            html.Markup($"<rect class=\"phase p{(int)phase.Phase}\" x=\"{start}\" y=\"{ChartFrame.PlotTop}\"")
                .Markup($" width=\"{width}\" height=\"{ChartFrame.PlotBottom - ChartFrame.PlotTop}\">")
                .Element("title", PhaseSpan.NameOf(phase.Phase)).Raw("</rect>");
            // The longest name that fits.
            if (PhaseSpan.NamesOf(phase.Phase).FirstOrDefault(text => width >= 6.6 * text.Length + 4) is not { } shown)
                continue;
            double middle = Math.Round((start + end) / 2, 1);
            html.Element("text", shown, FormattableString.Invariant($"class=\"tick mid\" x=\"{middle}\" y=\"{ChartFrame.PlotTop - 7}\""));
        }
    }

    private static void DrawBand(HtmlWriter html, ChartFrame frame, ChartSeries line, string style)
    {
        ChartPoint[] points = [.. line.Points.Where(HasBand)];
        if (points.Length < 2)
            return;
        html.Markup($"<path class=\"band {style}\" d=\"");
        for (int i = 0; i < points.Length; i++)
            html.Markup($"{(i == 0 ? 'M' : 'L')}{frame.X(points[i].X)} {frame.Y(points[i].Y + points[i].Spread!.Value)}");
        for (int i = points.Length - 1; i >= 0; i--)
            html.Markup($"L{frame.X(points[i].X)} {frame.Y(points[i].Y - points[i].Spread!.Value)}");
        html.Raw("Z\"/>");
    }

    private static void DrawLine(HtmlWriter html, ChartFrame frame, ChartSeries line, string style)
    {
        html.Markup($"<path class=\"line {style}\" d=\"");
        bool isBroken = true;
        foreach (ChartPoint point in line.Points)
        {
            if (IsDrawn(point))
                html.Markup($"{(isBroken || point.IsBreak ? 'M' : 'L')}{frame.X(point.X)} {frame.Y(point.Y)}");
            isBroken = !IsDrawn(point);
        }

        html.Raw("\"/>");
        ChartPoint[] points = [.. line.Points.Where(IsDrawn)];
        foreach (ChartPoint point in points.Where(point => points.Length <= MaxMarkers || point.Label is not null))
        {
            (double x, double y) = (frame.X(point.X), frame.Y(point.Y));
            html.Markup($"<circle class=\"dot {style}\" cx=\"{x}\" cy=\"{y}\" r=\"2.6\">")
                .Element("title", $"{line.Name}: {Place(point)}{(point.Label is { } label ? $" ({label})" : "")}").Raw("</circle>");
            if (point.Label is null)
                continue;
            // To the left if there is no room on the right.
            (string end, int shift) = x > ChartFrame.PlotRight - 70 ? (" end", -6) : ("", 6);
            html.Element("text", point.Label, FormattableString.Invariant($"class=\"point{end}\" x=\"{x + shift}\" y=\"{y - 6}\""));
        }
    }

    private void WriteTable(HtmlWriter html)
    {
        double[] all = [.. Lines.SelectMany(line => line.Points).Select(point => point.X).Where(double.IsFinite).Distinct().Order()];
        double[] shown = all.Length <= MaxTableRows
            ? all
            : [.. Enumerable.Range(0, MaxTableRows).Select(i => all[(int)((long)i * (all.Length - 1) / (MaxTableRows - 1))])];
        string hint = shown.Length < all.Length ? $"{shown.Length} of {all.Length} points, evenly chosen." : "";
        ILookup<double, ChartPoint>[] columns = [.. Lines.Select(line => line.Points.ToLookup(point => point.X))];
        ChartFrame.WriteTable(html, hint, XLabel, Lines.Select(line => line.Name), shown.Select(x =>
            (HtmlWriter.Number(x), columns.Select(column => string.Join("; ", column[x].Select(Describe))))));
    }

    private static string Describe(ChartPoint point) => HtmlWriter.Number(point.Y)
        + (point.Spread is { } spread ? $" ± {HtmlWriter.Number(spread)}" : "") + (point.Label is null ? "" : $" ({point.Label})");
}

/// <summary>A chart that was added.</summary>
internal sealed record ChartState(string Title, string XLabel, string YLabel, SeriesState[] Lines)
{
    public static ChartState Of(LineChart chart) => new(chart.Title, chart.XLabel, chart.YLabel,
        [.. chart.Lines.Select(line => new SeriesState(line.Name, [.. line.Points]))]);

    /// <exception cref="InvalidDataException">A value is not valid.</exception>
    public LineChart ToChart() => Lines.Length == 0 || ObserverState.NotNull(Lines).Any(line => string.IsNullOrWhiteSpace(line.Name))
        ? throw new InvalidDataException("A chart has no line, or one without a name.")
        : new LineChart(Title, XLabel, YLabel, [.. Lines.Select(line => new ChartSeries(line.Name, line.Points))]);
}

/// <summary>A line of a chart that was added.</summary>
internal sealed record SeriesState(string Name, ChartPoint[] Points);
