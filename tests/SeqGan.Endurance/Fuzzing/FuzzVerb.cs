using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>Feeds mutated files to every reader, on as many threads as there are processors.</summary>
internal static class FuzzVerb
{
    // Far above what counts as a hang: what runs so long will not end, and no thread can be made to stop.
    private static readonly TimeSpan s_endless = TimeSpan.FromMinutes(1);

    public static int Run(CommandLine line)
    {
        if (line.Input is { } input)
            return ReadOne(line, input);
        if (line.Seconds is null && line.Executions is null)
            throw new FormatException("fuzz needs --seconds or --executions.");
        Directory.CreateDirectory(line.Out);
        var findings = new Findings(line.Out);
        FuzzWorker[] workers =
        [
            .. Enumerable.Range(0, Environment.ProcessorCount)
                .Select(number => new FuzzWorker(Readers(line), line.Seed, number, line.Out, findings)),
        ];
        long started = Stopwatch.GetTimestamp();
        using (var stop = new CancellationTokenSource(line.Seconds ?? Timeout.InfiniteTimeSpan))
            RunWorkers(workers, line, () => Watch(workers, findings, line, started), stop.Token);
        Report(workers, findings, line, started);
        foreach (FuzzWorker worker in workers)
            worker.Dispose();
        return findings.Count == 0 ? 0 : 1;
    }

    private static FuzzReader[] Readers(CommandLine line)
    {
        FuzzReader[] all =
        [
            new SafetensorsReader(), new ModelReader(), new WeightsReader(), new VocabularyReader(), new TokenizerReader(),
            new LinesReader(), new AnyTextReader(), new DelimitedTextReader(),
            new JsonLinesTextReader(), new ManifestReader(), new TrainingStateReader(), ComponentStates.Generator(),
            ComponentStates.Discriminator(), new OnnxReader(), ComponentStates.DiversityFilter(), new GlobalGeneratorReader(),
        ];
        FuzzReader[] chosen = [.. all.Where(reader => line.Reader is null || reader.Name == line.Reader)];
        return chosen.Length > 0 ? chosen
            : throw new FormatException(
                $"There is no reader '{line.Reader}'; there are {string.Join(", ", all.Select(reader => reader.Name))}.");
    }

    private static void RunWorkers(FuzzWorker[] workers, CommandLine line, Action watch, CancellationToken stop)
    {
        long share = line.Executions is { } executions ? (executions + workers.Length - 1) / workers.Length : long.MaxValue;
        Thread[] threads = [.. workers.Select(worker => new Thread(() => worker.Run(share, stop)) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();
        while (!Array.TrueForAll(threads, thread => thread.Join(TimeSpan.FromMilliseconds(500))))
            watch();
    }

    private static void Watch(FuzzWorker[] workers, Findings findings, CommandLine line, long started)
    {
        foreach (FuzzWorker worker in workers)
        {
            if (worker.Now is not { } reading || Stopwatch.GetElapsedTime(reading.Started) < s_endless)
                continue;
            findings.Hang(reading.Reader, reading.Input, Stopwatch.GetElapsedTime(reading.Started));
            Report(workers, findings, line, started);
            Environment.Exit(1);
        }
    }

    private static void Report(FuzzWorker[] workers, Findings findings, CommandLine line, long started)
    {
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long executions = workers.Sum(worker => worker.Executions);
        foreach (IGrouping<string, (string Reader, long Executions, int Inputs)> reader in workers.SelectMany(worker => worker.Counts)
            .GroupBy(count => count.Reader))
            Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{reader.Key,-16}{reader.Sum(count => count.Executions),12} executions{reader.Sum(count => count.Inputs),8} inputs "
                        + $"kept"));
        double largest = workers.Max(worker => worker.LargestAllocated) / (double)(1 << 20);
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{executions} executions in {seconds:0.0} s: {findings.Crashes} crashes, {findings.Hangs} hangs, "
                    + $"{findings.LargeAllocations} allocations over 64 MB; the largest was {largest:0.0} MB."));
        if (line.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["executions"] = executions,
                ["crashes"] = findings.Crashes,
                ["hangs"] = findings.Hangs,
                ["large_allocations"] = findings.LargeAllocations,
                ["largest_allocation_mb"] = Math.Round(largest, 2),
                ["seconds"] = Math.Round(seconds, 1),
            }));
        }
    }

    private static int ReadOne(CommandLine line, string path)
    {
        FuzzReader reader = line.Reader is null ? throw new FormatException("--input needs --reader.") : Readers(line).Single();
        Directory.CreateDirectory(line.Out);
        var findings = new Findings(line.Out);
        using var worker = new FuzzWorker([reader], line.Seed, 0, line.Out, findings);
        worker.Read(reader, reader.Seeds[0]);
        Outcome outcome = worker.Read(reader, File.ReadAllBytes(path));
        Console.Error.WriteLine($"{outcome.Elapsed}, {outcome.Allocated} bytes: {outcome.Error?.ToString() ?? $"read, {outcome.Shape:X}"}");
        return outcome.Error is null || reader.IsRefusal(outcome.Error) ? 0 : 1;
    }
}
