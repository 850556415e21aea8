using System.Diagnostics;
using System.Globalization;
using ScottPlot;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>How the time of one reward estimation, after one that warms up, grows with each size: a table, and a picture.</summary>
internal static class Scaling
{
    private static readonly (string Name, IReadOnlyList<ProblemSize> Sizes, Func<ProblemSize, int> Value)[] Sweeps =
    [
        ("sequence length T", [.. new[] { 10, 20, 30, 40 }.Select(t => new ProblemSize { Length = t, Samples = 4 })], size => size.Length),
        ("samples a prefix N", [.. new[] { 1, 4, 8, 16 }.Select(n => new ProblemSize { Samples = n })], size => size.Samples),
        ("vocabulary V", [.. new[] { 100, 1000, 5000, 10_000, 20_000 }.Select(v => new ProblemSize { Vocabulary = v, Samples = 4 })],
            size => size.Vocabulary),
        ("batch B", [.. new[] { 16, 64, 128 }.Select(b => new ProblemSize { Batch = b, Samples = 4 })], size => size.Batch),
    ];

    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not ([] or ["--plot", _]))
        {
            await Console.Error.WriteLineAsync("scaling knows --plot FILE.png, and nothing else.");
            return 2;
        }

        var multiplot = new Multiplot();
        multiplot.AddPlots(Sweeps.Length);
        multiplot.Layout = new ScottPlot.MultiplotLayouts.Grid(2, 2);
        for (int i = 0; i < Sweeps.Length; i++)
            await SweepAsync(Sweeps[i].Name, Sweeps[i].Sizes, Sweeps[i].Value, multiplot.GetPlot(i));
        if (options.Length == 2)
            multiplot.SavePng(options[1], 1200, 900);
        return 0;
    }

    private static async Task SweepAsync(string name, IReadOnlyList<ProblemSize> sizes, Func<ProblemSize, int> value, Plot plot)
    {
        int processors = Environment.ProcessorCount;
        foreach (int threads in new[] { 1, processors }.Distinct())
        {
            torch.set_num_threads(threads);
            var points = new List<(double X, double Seconds)>();
            foreach (ProblemSize size in sizes)
            {
                double seconds = await MeasureAsync(size);
                points.Add((value(size), seconds));
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture,
                        $"{name,-20}{value(size),7}   N {size.Samples,3}   {threads} threads{seconds,9:0.000} s"));
            }

            ScottPlot.Plottables.Scatter line = plot.Add.Scatter([.. points.Select(p => p.X)], points.Select(p => p.Seconds).ToArray());
            line.LegendText = threads == 1 ? "1 thread" : $"{threads} threads";
            line.LineWidth = 2;
        }

        plot.Title(name);
        plot.XLabel(name);
        plot.YLabel("seconds a reward estimation");
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        plot.ShowLegend(Alignment.UpperLeft);
    }

    private static async Task<double> MeasureAsync(ProblemSize size)
    {
        using var problem = new PublishedProblem(size);
        await problem.EstimateAsync(problem.Estimator);
        long start = Stopwatch.GetTimestamp();
        await problem.EstimateAsync(problem.Estimator);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
