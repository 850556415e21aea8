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
        ("mle", "MLE, where SeqGAN starts"),
        ("constant", "... then policy gradient on a constant reward (control)"),
        ("seqgan", "... then SeqGAN"),
        ("mle_best", "MLE with the best NLL_test"),
        ("mle_best_t0.9", "... sampled at temperature 0.9"),
        ("mle_best_t0.8", "... sampled at temperature 0.8"),
        ("mle_best_t0.7", "... sampled at temperature 0.7"),
    ];

    public static string Table(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| generator | NLL_oracle | NLL_test |").AppendLine("| --- | --- | --- |");
        foreach ((string name, string description) in Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {description} | {Figure(results, name, m => m.NllOracle)} | {Figure(results, name, m => m.NllTest)} |");
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
            ["held_out_accuracy"] = Number(results.Average(r => r.HeldOutAccuracy)),
            ["seconds"] = Number(results.Average(r => r.Seconds)),
        };
        if (results.Count > 1)
        {
            root["runs"] = new JsonArray([.. results.Select(r => (JsonNode)new JsonObject
            {
                ["seed"] = r.Seed,
                ["nll_oracle"] = Means([r], m => m.NllOracle),
                ["nll_test"] = Means([r], m => m.NllTest),
                ["held_out_accuracy"] = Number(r.HeldOutAccuracy),
                ["seconds"] = Number(r.Seconds),
            })]);
        }

        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
    }

    private static string Figure(IReadOnlyList<Result> results, string name, Func<Measurement, double> figure)
    {
        double[] values = [.. results.Select(r => figure(r.Generators[name]))];
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
