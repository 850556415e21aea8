using System.Globalization;
using System.Text.Json;
using Levers;
using Microsoft.Extensions.Options;
using Quickstart;
using SeqGan;
using SeqGan.Corpora;
using SeqGan.Text;

try
{
    Arguments arguments = Arguments.Parse(args);
    if (arguments.Help)
    {
        Console.WriteLine(Arguments.Usage);
        return 0;
    }

    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
        stop.Cancel();
    };
    var results = Lever.All.ToDictionary(lever => lever.Name, _ => new List<Figures>());
    for (int run = 0; run < arguments.Runs; run++)
    {
        ulong seed = arguments.Seed + (ulong)run;
        Corpus corpus = Read(arguments, seed);
        foreach (Lever lever in Lever.All)
        {
            results[lever.Name].Add(await Figures.OfAsync(lever, corpus, arguments.Smoke ? 1 : arguments.Epochs, seed, stop.Token));
            Console.WriteLine($"seed {seed}: {lever.Name}: {results[lever.Name][^1]}");
        }
    }

    Console.WriteLine();
    Console.WriteLine("| lever | NLL_test | BLEU-4 | self-BLEU-4 | seconds |");
    Console.WriteLine("| --- | --- | --- | --- | --- |");
    foreach ((string name, List<Figures> runs) in results)
    {
        Console.WriteLine($"| {name} | {Spread(runs, run => run.NllTest)} | {Spread(runs, run => run.Bleu4)} | "
            + $"{Spread(runs, run => run.SelfBleu4)} | {runs.Min(run => run.Seconds).ToString("F0", CultureInfo.InvariantCulture)} |");
    }

    if (arguments.Json)
        Console.WriteLine(JsonSerializer.Serialize(results));
    return 0;
}
catch (Exception error) when (error is FormatException or CorpusException or OptionsValidationException or ArgumentException
    or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}

// Every seed holds out other sequences.
static Corpus Read(Arguments arguments, ulong seed)
{
    var options = new CorpusOptions
    {
        Tokenizer = Tokenizer.Parse(arguments.Tokens),
        MaximumSequences = arguments.Smoke ? 400 : null,
        HeldOutFraction = 0.1,
        Seed = seed,
    };
    return arguments.Input is { } path ? Corpus.FromFile(path, options) : Corpus.FromLines(BaseLibrary.Names(), options);
}

static string Spread(List<Figures> runs, Func<Figures, double> figure)
{
    double[] values = [.. runs.Select(figure)];
    double mean = values.Average();
    string text = mean.ToString("F3", CultureInfo.InvariantCulture);
    return values.Length == 1
        ? text
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{text} ± {Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)):F3}");
}
