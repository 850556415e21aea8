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
    pressed.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
    stop.Cancel();
};

try
{
    Preset preset = Preset.All[arguments.Preset](arguments.StartToken).WithRounds(arguments.Rounds);
    var results = new List<Result>();
    for (int run = 0; run < arguments.Runs; run++)
    {
        ulong seed = arguments.Seed + (ulong)run;
        results.Add(await new Experiment(preset, seed, arguments, line => Console.WriteLine($"[seed {seed}] {line}")).RunAsync(stop.Token));
    }

    Console.WriteLine();
    Console.WriteLine(Report.Table(results));
    string plot = arguments.Plot ?? $"oracle-{preset.Name}.png";
    bool isDrawn = TryDraw(() => LearningCurve.Save(plot, results), "learning curves", plot);
    if (arguments.Sweep)
    {
        Console.WriteLine(Report.SweepTable(results));
        string sweep = Path.Combine(Path.GetDirectoryName(plot) ?? "", Path.GetFileNameWithoutExtension(plot) + "-sweep.png");
        isDrawn &= TryDraw(() => SweepCurves.Save(sweep, results), "curves of the sweep", sweep);
    }

    if (arguments.Json)
        Console.WriteLine(Report.Json(preset, results));
    return isDrawn ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
catch (Exception error) when (error is SeqGanException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

// The figures took minutes: a picture that cannot be written does not cost them.
static bool TryDraw(Action draw, string what, string path)
{
    try
    {
        draw();
        Console.WriteLine($"The {what} are in {path}.");
        return true;
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"The {what} could not be written: {error.Message}");
        return false;
    }
}
