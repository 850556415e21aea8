using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Quickstart;

/// <summary>Prints what was generated and measured.</summary>
internal sealed class Report(Outcome outcome, IReadOnlyList<string> generated, CommandLine commandLine, int sequences, TimeSpan elapsed)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"Generated at temperature {Format(commandLine.Temperature, "0.##")}, and not in the data:");
        foreach (string line in generated)
            output.WriteLine($"  {line}");

        output.WriteLine();
        output.WriteLine($"{string.Empty,-16}{"likelihood",12}{"+ adversarial",15}");
        PrintFigure(output, "nll_test", measurement => measurement.NllTest);
        PrintFigure(output, "novelty", measurement => measurement.Novelty);
        PrintFigure(output, "uniqueness", measurement => measurement.Uniqueness);
        PrintFigure(output, "mean length", measurement => measurement.MeanLength);
        PrintFigure(output, "end-token rate", measurement => measurement.EndTokenRate);
        if (outcome.HeldOutAccuracy is { } accuracy)
            output.WriteLine($"The discriminator tells held-out from generated lines with accuracy {Format(accuracy, "0.00")}.");
        output.WriteLine($"{Format(elapsed.TotalSeconds, "0")} seconds.");
        if (commandLine.Json)
            output.WriteLine(ToJson());
    }

    private void PrintFigure(TextWriter output, string name, Func<Measurement, double> figure) =>
        output.WriteLine($"{name,-16}{Format(outcome.Before is { } before ? figure(before) : null, "0.000"),12}{Format(figure(outcome.After), "0.000"),15}");

    private static string Format(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private string ToJson() => JsonSerializer.Serialize(
        new
        {
            Generated = generated,
            outcome.After.Novelty,
            outcome.After.Uniqueness,
            outcome.After.NllTest,
            NllTestBeforeAdversarial = outcome.Before?.NllTest,
            outcome.After.MeanLength,
            outcome.After.EndTokenRate,
            DiscriminatorHeldOutAccuracy = outcome.HeldOutAccuracy,
            commandLine.Temperature,
            commandLine.Seed,
            TrainingSequences = sequences,
            outcome.Stopped,
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
        },
        Json);
}
