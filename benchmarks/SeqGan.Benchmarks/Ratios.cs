using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>
/// Times the library and the published loop in turns, in one process, so that what else the machine does falls on both: only
/// the ratios mean something.
/// </summary>
internal static class Ratios
{
    public static async Task<int> RunAsync(string[] options)
    {
        if (options.Except(["--quick", "--json"]).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"ratios does not know '{unknown}'; it knows --quick and --json.");
            return 2;
        }

        bool isQuick = options.Contains("--quick");
        (int samples, int repeats, int sequences) = isQuick ? (4, 3, 1_000) : (16, 3, 10_000);
        using var problem = new PublishedProblem(samples);
        var ratios = new Dictionary<string, double>
        {
            ["reward_estimation"] = await CompareAsync("reward estimation", repeats, () => problem.EstimateAsync(problem.Published), () => problem.EstimateAsync(problem.Batched)),
            ["rollouts"] = await CompareAsync("rollouts alone", repeats, () => Task.FromResult(problem.RollOutAsPublished()), () => Task.FromResult(problem.RollOut())),
            ["sampling"] = await CompareAsync($"sampling {sequences}", repeats, () => Task.FromResult(problem.SampleAsPublished(sequences)), () => Task.FromResult(problem.Sample(sequences))),
            ["n"] = samples,
            ["threads"] = torch.get_num_threads(),
        };
        if (options.Contains("--json"))
            Console.WriteLine(JsonSerializer.Serialize(ratios));
        return 0;
    }

    private static async Task<double> CompareAsync<T>(string name, int repeats, Func<Task<T>> published, Func<Task<T>> batched)
    {
        // The first turn warms both up and does not count.
        var turns = new List<(double Published, double Batched)>();
        await batched();
        for (int turn = 0; turn < repeats; turn++)
            turns.Add((await SecondsAsync(published), await SecondsAsync(batched)));
        double ratio = Median(turns.Select(turn => turn.Published / turn.Batched));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-18} published loop {Median(turns.Select(turn => turn.Published)),7:0.00} s   batched {Median(turns.Select(turn => turn.Batched)),6:0.00} s   {ratio,5:0.0} times faster"));
        return Math.Round(ratio, 2);
    }

    private static async Task<double> SecondsAsync<T>(Func<Task<T>> run)
    {
        long start = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
