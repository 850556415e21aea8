using ScottPlot;

namespace OracleExperiment;

/// <summary>Draws the temperature sweeps: each generator a curve in the plane of both figures, better towards the lower left.</summary>
internal static class SweepCurves
{
    public static void Save(string path, IReadOnlyList<Result> results)
    {
        var plot = new Plot();
        AddCurve(plot, results, "mle", "MLE with the best NLL_test", Colors.Gray);
        AddCurve(plot, results, "mle_regularised", "MLE, regularised", Colors.SeaGreen);
        AddCurve(plot, results, "seqgan_paper", "SeqGAN as published", Colors.RoyalBlue);
        AddCurve(plot, results, "seqgan", "SeqGAN near the data", Colors.Crimson);
        plot.Title("Sampled at temperatures from 0.6 to 1.1 (lower left is better)");
        plot.XLabel("NLL_test: coverage, nats a token");
        plot.YLabel("NLL_oracle: quality, nats a token");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, 900, 640);
    }

    private static void AddCurve(Plot plot, IReadOnlyList<Result> results, string curve, string name, Color color)
    {
        for (int run = 0; run < results.Count; run++)
        {
            SweepPoint[] points = [.. results[run].Sweep[curve].Where(point => point.Temperature >= 0.6)];
            ScottPlot.Plottables.Scatter scatter =
                plot.Add.Scatter(points.Select(p => p.Value.NllTest).ToArray(), points.Select(p => p.Value.NllOracle).ToArray(), color);
            scatter.LineWidth = 2;
            scatter.MarkerSize = 5;
            if (run == 0)
                scatter.LegendText = name;
        }
    }
}
