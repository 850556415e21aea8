using System.Collections;
using System.Reflection;
using System.Security.Cryptography;

namespace SeqGan.Reporting;

/// <summary>Builds the page of an <see cref="HtmlReport"/>.</summary>
internal sealed class ReportPage(string title, ReportData report, OptionTable? options)
{
    private readonly HtmlWriter _html = new();
    private int _charts;

    public string Build()
    {
        WriteHead();
        WriteSummary();
        if (report.History.Latest is not null)
        {
            WriteSection("curves", "Learning curves", WriteCurves);
            WriteSection("samples", "Sequences", WriteSnapshots);
            WriteSection("distributions", "Generated beside real", WriteDistributions);
        }

        if (report.MetricColumns() is { Count: > 0 } columns)
            WriteSection("metrics", "Metrics", () => WriteMetrics("metric", columns));
        foreach ((int index, IGrouping<string, MetricColumn> table) in report.Tables().Index())
            WriteSection($"table-{index + 1}", table.Key, () => WriteMetrics("name", [.. table]));
        if (report.Charts.Count > 0)
            WriteSection("charts", "More charts", () => WriteCharts(report.Charts));
        if (options is not null || report.Data is not null)
            WriteSection("configuration", "Configuration", WriteConfiguration);
        return _html.Raw("</main></body></html>\n").ToString();
    }

    private void WriteHead()
    {
        // The hash allows the page's own style and nothing else.
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Css)));
        _html.Raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
            .Raw($"style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Raw("<meta name=\"color-scheme\" content=\"light dark\">")
            .Element("title", title)
            .Raw("<style>").Raw(ReportStyle.Css).Raw("</style></head><body><main>");
    }

    private void WriteSummary()
    {
        _html.Raw("<header>").Element("h1", title);
        if (report.History.Latest is not { } latest)
        {
            _html.Element("p", "The training has not reported yet: there is nothing to show.", "class=\"lead\"").Raw("</header>");
            return;
        }

        string done = latest.IsEndOfPhase ? "complete" : FormattableString.Invariant($"at {100 * latest.Fraction:0}%");
        _html.Element("p", $"{PhaseSpan.NameOf(latest.Key.Phase)}: {done} when this was written.", "class=\"lead\"")
            .Raw("<dl class=\"tiles\">");
        WriteTile("phase", PhaseSpan.NameOf(latest.Key.Phase));
        WriteTile("round", $"{latest.Key.Round} of {latest.Rounds}");
        WriteTile("training steps", HtmlWriter.Number(latest.Key.Step));
        WriteTile("time", FormatTime(TimeSpan.FromSeconds(latest.ElapsedSeconds)));
        WriteTile("steps a second", HtmlWriter.Number(Math.Round(latest.StepsPerSecond, 1)));
        if (report.Data is { } data)
            WriteTile("training sequences", HtmlWriter.Number(data.TrainingSequences));
        _html.Raw("</dl></header>");
    }

    private static string FormatTime(TimeSpan time) => time.TotalMinutes < 1
        ? FormattableString.Invariant($"{time.TotalSeconds:0.#} s")
        : time.TotalHours < 1 ? $"{time.Minutes} min {time.Seconds} s" : $"{(long)time.TotalHours} h {time.Minutes} min";

    private void WriteTile(string name, string value) => _html.Raw("<div>").Element("dt", name).Element("dd", value).Raw("</div>");

    private void WriteSection(string id, string heading, Action write)
    {
        _html.Raw($"<section aria-labelledby=\"{id}\">").Element("h2", heading, $"id=\"{id}\"");
        write();
        _html.Raw("</section>");
    }

    private void WriteCurves()
    {
        LineChart[] charts = [.. ReportCharts.Of(report.History)];
        if (charts.Length == 0)
        {
            _html.Element("p", "No round is complete yet.", "class=\"hint\"");
            return;
        }

        _html.Raw("<ul class=\"legend\">");
        foreach (TrainingPhase phase in report.History.Phases.Select(span => span.Phase).Distinct().Order())
        {
            _html.Raw("<li><svg viewBox=\"0 0 26 14\" width=\"26\" height=\"14\" aria-hidden=\"true\">")
                .Markup($"<rect class=\"p{(int)phase} key\" width=\"26\" height=\"14\"/></svg>")
                .Text(PhaseSpan.NameOf(phase)).Raw("</li>");
        }

        _html.Raw("</ul>");
        WriteCharts(charts);
    }

    private void WriteCharts(IEnumerable<LineChart> charts)
    {
        _html.Raw("<div class=\"grid\">");
        foreach (LineChart chart in charts)
        {
            if (chart.HasPoints)
            {
                chart.Write(_html, $"c{++_charts}");
            }
            else
            {
                ChartFrame.OpenFigure(_html, chart.Title, "There is no point that can be drawn.");
                _html.Raw("</figure>");
            }
        }

        _html.Raw("</div>");
    }

    private void WriteSnapshots()
    {
        _html.Element("p", "Drawn with the same random numbers each time: a line changes only if the generator does.", "class=\"hint\"")
            .Raw("<div class=\"samples\">");
        foreach ((ReportedProgress progress, string[] texts, _) in report.Schedule.Kept)
        {
            string place = $"{progress.Key.Round}/{progress.Rounds}{(progress.Key.EndOfRound ? "" : " (within)")}";
            _html.Raw("<article>").Element("h3", $"{PhaseSpan.NameOf(progress.Key.Phase)} {place}")
                .Element("p", $"step {HtmlWriter.Number(progress.Key.Step)}", "class=\"hint\"").Raw("<ol>");
            foreach (string text in texts)
                _html.Raw("<li>").Element(text.Length == 0 ? "i" : "code", text.Length == 0 ? "empty" : text).Raw("</li>");
            _html.Raw("</ol></article>");
        }

        _html.Raw("</div>");
    }

    private void WriteDistributions()
    {
        if (report is not { Measurement: { } measurement, Data: { } data })
            return;
        string step = HtmlWriter.Number(measurement.Progress.Key.Step);
        _html.Element("p", $"Of the sequences that were generated after step {step}.", "class=\"hint\"").Raw("<div class=\"grid\">");
        if (measurement.GeneratedScores.Length > 0)
            ReportCharts.Scores(measurement, data.HasHeldOut).Write(_html, $"c{++_charts}");
        ReportCharts.Lengths(measurement, data).Write(_html, $"c{++_charts}");
        _html.Raw("</div>");
    }

    private void WriteMetrics(string kind, IReadOnlyList<MetricColumn> columns)
    {
        string[] metrics = [.. columns.SelectMany(column => column.Values.Keys).Distinct()];
        bool areExplained = metrics.Any(metric => ReportCharts.Explain(metric).Length > 0);
        _html.Raw("<div class=\"scroll\"><table><thead><tr>").Element("th", kind, "scope=\"col\"");
        foreach (MetricColumn column in columns)
            _html.Element("th", column.Column, "scope=\"col\" class=\"number\"");
        _html.Raw(areExplained ? "<th scope=\"col\">what it is</th></tr></thead><tbody>" : "</tr></thead><tbody>");
        foreach (string metric in metrics)
        {
            _html.Raw("<tr>").Element("th", metric, "scope=\"row\"");
            foreach (MetricColumn column in columns)
            {
                string text = column.Values.TryGetValue(metric, out double value) ? HtmlWriter.Number(value) : "–";
                _html.Element("td", text, "class=\"number\"");
            }

            if (areExplained)
                _html.Element("td", ReportCharts.Explain(metric), "class=\"hint\"");
            _html.Raw("</tr>");
        }

        _html.Raw("</tbody></table></div>");
    }

    private void WriteConfiguration()
    {
        _html.Raw("<div class=\"tables\">");
        if (report.Data is { } data)
            WriteFacts("Corpus", "fact", data.Facts.Select(fact => (fact.Name, fact.Value, "")));
        foreach ((string section, IReadOnlyList<(string Name, string Value, string Default)> rows) in options?.Sections ?? [])
            WriteFacts(section, "option", rows.Select(row => (row.Name, row.Value, row.Value == row.Default ? "" : row.Default)));
        _html.Raw("</div>");
    }

    private void WriteFacts(string caption, string kind, IEnumerable<(string Name, string Value, string Default)> rows)
    {
        _html.Raw("<table class=\"facts\">").Element("caption", caption)
            .Raw("<thead class=\"unseen\"><tr>").Element("th", kind, "scope=\"col\"")
            .Raw("<th scope=\"col\">value</th></tr></thead><tbody>");
        foreach ((string name, string value, string standard) in rows)
        {
            _html.Raw("<tr>").Element("th", name, "scope=\"row\"").Raw(standard.Length > 0 ? "<td class=\"changed\">" : "<td>").Text(value);
            if (standard.Length > 0)
                _html.Element("span", $"default: {standard}", "class=\"default\"");
            _html.Raw("</td></tr>");
        }

        _html.Raw("</tbody></table>");
    }
}

/// <summary>The values of options as text, read once.</summary>
internal sealed record OptionTable(
    IReadOnlyList<(string Section, IReadOnlyList<(string Name, string Value, string Default)> Rows)> Sections)
{
    public static OptionTable Of(SeqGanOptions options)
    {
        var defaults = new SeqGanOptions();
        ILookup<bool, PropertyInfo> properties = Properties(typeof(SeqGanOptions)).ToLookup(property => IsSection(property.PropertyType));
        return new OptionTable(
        [
            ("General", Rows(properties[false], options, defaults)),
            .. from section in properties[true]
               let rows = Rows(Properties(section.PropertyType), section.GetValue(options), section.GetValue(defaults))
               select (section.Name, rows),
        ]);
    }

    private static IReadOnlyList<(string, string, string)> Rows(IEnumerable<PropertyInfo> properties, object? values, object? defaults) =>
        values is null ? [] : [.. from property in properties
                                  select (property.Name, Format(property.GetValue(values)), Format(property.GetValue(defaults)))];

    private static bool IsSection(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static string Format(object? value) => value switch
    {
        null => "none",
        IEnumerable items and not string => $"[{string.Join(", ", items.Cast<object?>().Select(Format))}]",
        _ => FormattableString.Invariant($"{value}"),
    };

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
