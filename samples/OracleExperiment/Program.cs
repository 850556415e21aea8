using OracleExperiment;
using SeqGan;

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    Preset preset = Preset.All[arguments.Preset](arguments.StartToken);
    var results = new List<Result>();
    for (int run = 0; run < arguments.Runs; run++)
    {
        ulong seed = arguments.Seed + (ulong)run;
        results.Add(await new Experiment(preset, seed, arguments, line => Console.WriteLine($"[seed {seed}] {line}")).RunAsync(stop.Token));
    }

    string plot = arguments.Plot ?? $"oracle-{preset.Name}.png";
    LearningCurve.Save(plot, results);
    Console.WriteLine();
    Console.WriteLine(Report.Table(results));
    Console.WriteLine($"The learning curves are in {plot}.");
    if (arguments.Json)
        Console.WriteLine(Report.Json(preset, results));
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
catch (Exception error) when (error is SeqGanException or IOException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
