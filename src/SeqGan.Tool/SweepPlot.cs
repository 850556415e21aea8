using ScottPlot;

namespace SeqGan.Tool;

/// <summary>Draws quality against diversity: a curve for each model, a point for each temperature.</summary>
internal static class SweepPlot
{
    public static void Save(QualityDiversitySweep sweep, string path)
    {
        using var plot = new Plot();
        foreach (IGrouping<string, QualityDiversityPoint> model in sweep.Points.GroupBy(point => point.Model))
        {
            Coordinates[] points = [.. model.Select(point => new Coordinates(1 - point.Metrics.SelfBleu![4], point.Metrics.Bleu![4]))];
            var curve = plot.Add.Scatter(points);
            (curve.LegendText, curve.LineWidth, curve.MarkerSize) = (model.Key, 2, 7);
            foreach ((QualityDiversityPoint point, Coordinates place) in model.Zip(points))
            {
                var label = plot.Add.Text(Terminal.Figure(point.Temperature), place);
                (label.LabelFontSize, label.LabelFontColor, label.OffsetX, label.OffsetY) = (10, curve.Color, 6, -12);
            }
        }

        plot.Title("Quality and diversity over temperatures");
        plot.XLabel("1 - self-BLEU-4 (more diverse to the right)");
        plot.YLabel("BLEU-4 (closer to the test data above)");
        plot.ShowLegend(Alignment.UpperRight);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
            plot.SaveSvg(path, 900, 600);
        else
            plot.SavePng(path, 900, 600);
    }
}
