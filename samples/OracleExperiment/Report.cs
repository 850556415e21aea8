using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OracleExperiment;

/// <summary>The results as a table and as JSON: means over the runs, and deviations where there are several.</summary>
internal static class Report
{
    private static readonly (string Name, string Text)[] Rows =
    [
        ("random", "random weights"),
        ("mle", "MLE"),
        ("scheduled_sampling", "scheduled sampling, as many epochs"),
        ("pg_bleu", "MLE, then policy gradient on BLEU-2"),
        ("constant", "MLE, then policy gradient on a constant reward (control)"),
        ("seqgan_paper", "MLE, then SeqGAN as published"),
        ("mle_best", "MLE with the best NLL_test"),
        ("mle_best_t0.9", "... sampled at temperature 0.9"),
        ("mle_best_t0.8", "... sampled at temperature 0.8"),
        ("mle_best_t0.7", "... sampled at temperature 0.7"),
        ("mle_regularised", "MLE with weight decay and a falling learning rate"),
        ("near_constant", "... then a constant reward near the data (control)"),
        ("near_random", "... then a random reward (control)"),
        ("near_sequence", "... then the discriminator's score of the sequence"),
        ("near_prefixes", "... then completions of 4 prefixes"),
        ("near_maligan", "... then MaliGAN's weights"),
        ("near_cooperative", "... then cooperative training"),
        ("refined_4", "... refined, 4 draws a sequence"),
        ("refined_16", "... refined, 16 draws a sequence"),
        ("seqgan", "MLE with the best NLL_test, then SeqGAN near the data"),
    ];

    public static string Table(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| generator | NLL_oracle | NLL_test | seconds |").AppendLine("| --- | --- | --- | --- |");
        foreach ((string name, string description) in Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {description} | {Figure(results, name, m => m.NllOracle)} | {Figure(results, name, m => m.NllTest)} | "
                    + $"{Seconds(results, name)} |");
        }

        return text.ToString();
    }

    public static string Json(Preset preset, IReadOnlyList<Result> results)
    {
        var root = new JsonObject
        {
            ["preset"] = preset.Name,
            ["seeds"] = new JsonArray([.. results.Select(r => (JsonNode)r.Seed)]),
            ["nll_oracle"] = Means(results, m => m.NllOracle),
            ["nll_test"] = Means(results, m => m.NllTest),
            ["training_seconds"] = Means(results, m => m.Seconds),
            ["sweep"] = Sweep(results),
            ["held_out_accuracy"] = Number(results.Average(r => r.HeldOutAccuracy)),
            ["seconds"] = Number(results.Average(r => r.Seconds)),
        };
        foreach (string name in new[] { "random", "mle", "scheduled_sampling", "pg_bleu", "constant", "seqgan_paper", "seqgan" })
        {
            root[name] = new JsonObject
            {
                ["nll_oracle"] = Number(results.Average(r => r.Generators[name].NllOracle)),
                ["nll_test"] = Number(results.Average(r => r.Generators[name].NllTest)),
            };
        }

        if (results.Count > 1)
        {
            root["runs"] = new JsonArray([.. results.Select(r => (JsonNode)new JsonObject
            {
                ["seed"] = r.Seed,
                ["nll_oracle"] = Means([r], m => m.NllOracle),
                ["nll_test"] = Means([r], m => m.NllTest),
                ["sweep"] = Sweep([r]),
                ["held_out_accuracy"] = Number(r.HeldOutAccuracy),
                ["seconds"] = Number(r.Seconds),
            })]);
        }

        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
    }

    /// <summary>The sweep's curves, each a mean over the runs; how far a curve lies above MLE's is measured within each run.</summary>
    public static string SweepTable(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| curve | temperature | NLL_oracle | NLL_test | above MLE's curve | above the regularised curve |")
            .AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (string name in results[0].Sweep.Keys)
        {
            for (int i = 0; i < results[0].Sweep[name].Count; i++)
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {name} | {results[0].Sweep[name][i].Temperature} | "
                        + $"{Spread([.. results.Select(r => r.Sweep[name][i].Value.NllOracle)])} | "
                        + $"{Spread([.. results.Select(r => r.Sweep[name][i].Value.NllTest)])} | "
                        + $"{Distance(Above(results, name, i, "mle"))} | {Distance(Above(results, name, i, "mle_regularised"))} |");
            }
        }

        return text.ToString();
    }

    private static double[] Above(IReadOnlyList<Result> results, string name, int index, string reference) =>
        [.. results.Select(r => r.Sweep[name][index].Above(r.Sweep[reference]))];

    private static string Distance(double[] above) => above.Any(double.IsNaN) ? "" : Spread(above);

    private static JsonObject? Sweep(IReadOnlyList<Result> results)
    {
        if (results[0].Sweep.Count == 0)
            return null;
        return new JsonObject(results[0].Sweep.Select(
            curve => KeyValuePair.Create(curve.Key, (JsonNode?)new JsonArray([.. curve.Value.Select((point, i) => (JsonNode)new JsonObject
        {
            ["temperature"] = point.Temperature,
            ["nll_oracle"] = Number(results.Average(r => r.Sweep[curve.Key][i].Value.NllOracle)),
            ["nll_test"] = Number(results.Average(r => r.Sweep[curve.Key][i].Value.NllTest)),
            ["above_mle"] = Number(Above(results, curve.Key, i, "mle").Average()),
            ["above_regularised"] = Number(Above(results, curve.Key, i, "mle_regularised").Average()),
        })]))));
    }

    private static string Figure(IReadOnlyList<Result> results, string name, Func<Measurement, double> figure)
    {
        return Spread([.. results.Select(r => figure(r.Generators[name]))]);
    }

    private static string Seconds(IReadOnlyList<Result> results, string name)
    {
        double seconds = results.Average(r => r.Generators[name].Seconds);
        return double.IsNaN(seconds) ? "" : seconds.ToString("F0", CultureInfo.InvariantCulture);
    }

    private static string Spread(double[] values)
    {
        string mean = values.Average().ToString("F3", CultureInfo.InvariantCulture);
        return values.Length == 1 ? mean : string.Create(CultureInfo.InvariantCulture, $"{mean} ± {Deviation(values):F3}");
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static JsonObject Means(IReadOnlyList<Result> results, Func<Measurement, double> figure) =>
        new(Rows.Select(row => KeyValuePair.Create(row.Name, (JsonNode?)Number(results.Average(r => figure(r.Generators[row.Name]))))));

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 4)) : null;
}
