using ScottPlot;

namespace OracleExperiment;

/// <summary>Draws the learning curves: pre-training on the left of the line, policy gradient on its right.</summary>
internal static class LearningCurve
{
    public static void Save(string path, IReadOnlyList<Result> results)
    {
        var multiplot = new Multiplot();
        multiplot.AddPlots(2);
        multiplot.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Draw(multiplot.GetPlot(0), "NLL_oracle: quality (lower is better)", results, m => m.NllOracle);
        Draw(multiplot.GetPlot(1), "NLL_test: coverage (lower is better)", results, m => m.NllTest);
        multiplot.SavePng(path, 1400, 560);
    }

    private static void Draw(Plot plot, string title, IReadOnlyList<Result> results, Func<Measurement, double> figure)
    {
        int start = results.Max(r => r.Curve.Where(p => p.Curve == "mle").Max(p => p.Round));
        AddCurve(plot, results, "mle", "MLE", Colors.Gray, 0, figure);
        AddCurve(plot, results, "constant", "constant reward (control)", Colors.Orange, start, figure);
        AddCurve(plot, results, "pg_bleu", "PG-BLEU", Colors.Purple, start, figure);
        AddCurve(plot, results, "seqgan_paper", "SeqGAN as published", Colors.RoyalBlue, start, figure);
        AddCurve(plot, results, "seqgan", "SeqGAN near the data, from the best NLL_test", Colors.Crimson, start, figure);
        double best = results.Average(r => figure(r.Generators["mle_best_t0.8"]));
        ScottPlot.Plottables.HorizontalLine line = plot.Add.HorizontalLine(best, 1.5f, Colors.SeaGreen, LinePattern.Dashed);
        line.LegendText = "MLE with the best NLL_test, temperature 0.8";
        ScottPlot.Plottables.VerticalLine end = plot.Add.VerticalLine(start, 1, Colors.Black, LinePattern.Dotted);
        end.LegendText = "end of pre-training";
        plot.Title(title);
        plot.XLabel("epochs of pre-training, then rounds of policy gradient");
        plot.YLabel("nats a token");
        plot.ShowLegend(Alignment.UpperRight);
        // The first epochs fall from far above and would flatten the rest.
        double[] shown = [.. results.SelectMany(r => r.Curve).Where(p => p.Curve != "mle" || p.Round > 2)
            .Select(p => figure(p.Value)), best];
        double margin = 0.15 * (shown.Max() - shown.Min());
        plot.Axes.SetLimitsY(shown.Min() - margin, shown.Max() + 2.5 * margin);
    }

    private static void AddCurve(
        Plot plot, IReadOnlyList<Result> results, string curve, string name, Color color, int offset, Func<Measurement, double> figure)
    {
        for (int run = 0; run < results.Count; run++)
        {
            CurvePoint[] points = [.. results[run].Curve.Where(p => p.Curve == curve)];
            ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(
                points.Select(p => (double)p.Round + offset).ToArray(), points.Select(p => figure(p.Value)).ToArray(), color);
            scatter.LineWidth = 2;
            scatter.MarkerSize = 4;
            if (run == 0)
                scatter.LegendText = name;
        }
    }
}
