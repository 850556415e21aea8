namespace SeqGan.Reporting;

/// <summary>The charts of every report, if there is something to draw.</summary>
internal static class ReportCharts
{
    private const string Step = "training step";
    private const int ScoreBins = 20, MaxLengthBins = 40;

    public static string Explain(string metric) =>
        metric == SampleMeter.Sequences ? "how many were measured" : TrainingMetric.Find(metric)?.Description ?? "";

    public static IEnumerable<LineChart> Of(RunHistory history)
    {
        string[] likelihoods = [.. history.MetricNames.Where(name => name.StartsWith("nll", StringComparison.OrdinalIgnoreCase))];
        LineChart likelihood = Chart("Likelihood", "nats a token",
            "Falling NLL: the generator learns the data. Held-out NLL rises while training NLL falls: it memorises. "
                + "Entropy falls towards 0 in the adversarial phase: it repeats itself.",
            ("training sequences (NLL)", TrainingMetric.NegativeLogLikelihood), ("own samples (entropy)", TrainingMetric.PolicyEntropy));
        LineChart[] charts =
        [
            likelihood with { Lines = [.. likelihood.Lines, .. likelihoods.Select(history.Line)] },
            Chart("Generator loss", "negative objective",
                "In pre-training the NLL. In the adversarial phase it is weighted by advantages, and stays around 0.",
                ("loss", TrainingMetric.GeneratorLoss)),
            Chart("Discriminator accuracy", "share",
                "0.5 is guessing. Held out far below training: it memorises. Both at 1: it wins, and rewards say little.",
                ("in training", TrainingMetric.DiscriminatorAccuracy), ("held out", TrainingMetric.HeldOutAccuracy),
                ("held out, real ones alone", TrainingMetric.HeldOutRealAccuracy)) with { Bounds = (0, 1) },
            Chart("Discriminator scores", "mean score",
                "The distance is what the discriminator still sees. If the lines meet, it cannot tell, or has stopped learning.",
                ("real", TrainingMetric.RealScore), ("generated", TrainingMetric.GeneratedScore)) with { Bounds = (0, 1) },
            Chart("Reward", "reward of a token",
                "Before the baseline. If the band vanishes, there is nothing to learn from. If the mean shoots up while diversity "
                    + "falls, the generator cheats the reward.",
                ("mean ± deviation", TrainingMetric.RewardMean)),
            Chart("Discriminator loss", "nats a sequence", "0.69 is guessing; near 0 it is certain of everything.",
                ("loss", TrainingMetric.DiscriminatorLoss)),
            Chart("Gradient norms", "norm before clipping", "Single peaks are usual; steady growth precedes divergence.",
                ("generator", TrainingMetric.GeneratorGradientNorm), ("discriminator", TrainingMetric.DiscriminatorGradientNorm)),
            .. history.MetricNames.Except(likelihoods)
                .Select(name => new LineChart(name, Step, name, [history.Line(name)]) { Hint = Explain(name) }),
        ];
        return from chart in charts
               let lines = chart.Lines.Where(line => line.Points.Count > 0).ToArray()
               where lines.Length > 0
               select chart with { Lines = lines, Phases = history.Phases };

        LineChart Chart(string title, string yLabel, string hint, params (string Name, TrainingMetric Figure)[] lines) =>
            new(title, Step, yLabel, [.. lines.Select(line => history.Line(line.Name, line.Figure))]) { Hint = hint };
    }

    public static BarChart Scores(SampleMeasurement measurement, bool isHeldOut)
    {
        double[] edges = [.. Enumerable.Range(0, ScoreBins + 1).Select(i => (double)i / ScoreBins)];
        return new BarChart("Discriminator scores: the rewards of whole sequences", "score, the probability of being real", edges,
        [
            ("generated", BarChart.Count(measurement.GeneratedScores, edges)),
            (isHeldOut ? "held-out data" : "training data (nothing is held out)", BarChart.Count(measurement.RealScores, edges)),
        ])
        { Hint = "More overlap: the discriminator tells them apart less well. All generated ones in one bar: rewards hardly differ." };
    }

    public static BarChart Lengths(SampleMeasurement measurement, DataSummary data)
    {
        int maxLength = data.Lengths.Length - 1;
        int width = (maxLength + MaxLengthBins - 1) / MaxLengthBins;
        int bins = (maxLength + width - 1) / width;
        // Halfway between whole numbers, so that a bar is centred on its length.
        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(i => 0.5 + i * width)];
        return new BarChart("Lengths", "tokens, the end token included", edges,
            [("generated", Bin(measurement.Lengths, width, bins)), ("training data", Bin(data.Lengths, width, bins))])
        {
            IsOfIntegers = true,
            Hint = "A generated peak that the data does not have, often very short or at the maximum, is a bad sign.",
        };
    }

    private static long[] Bin(long[] lengths, int width, int bins)
    {
        long[] counts = new long[bins];
        // A restored state may be of another maximum length.
        for (int length = 1; length < Math.Min(lengths.Length, bins * width + 1); length++)
            counts[(length - 1) / width] += lengths[length];
        return counts;
    }
}
