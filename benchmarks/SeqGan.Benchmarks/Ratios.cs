using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>
/// Times the library and the published code in turns, in one process, so that what else the machine does falls on both: only
/// the ratios mean something.
/// </summary>
internal sealed class Ratios : IDisposable
{
    private readonly bool _isQuick;
    private readonly PublishedProblem _problem;

    private Ratios(bool isQuick)
    {
        _isQuick = isQuick;
        _problem = new PublishedProblem(isQuick ? ProblemSize.Quick : ProblemSize.Paper);
    }

    public static async Task<int> RunAsync(string[] options)
    {
        if (options.Except(["--quick", "--json"]).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"ratios does not know '{unknown}'; it knows --quick and --json.");
            return 2;
        }

        using var ratios = new Ratios(options.Contains("--quick"));
        Dictionary<string, double> result = await ratios.MeasureAsync();
        if (options.Contains("--json"))
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    public void Dispose() => _problem.Dispose();

    private async Task<Dictionary<string, double>> MeasureAsync()
    {
        int sequences = _isQuick ? 1_000 : 10_000, steps = _isQuick ? 5 : 10, turns = 3;
        Console.WriteLine($"{string.Empty,-28}{"published",12}{"SeqGan",12}{"times faster",14}");
        (double rewards, double seconds) = await CompareAsync("reward estimation", turns, 1,
            () => _problem.EstimateAsync(_problem.PublishedEstimator), () => _problem.EstimateAsync(_problem.Estimator));
        float[] exact = _problem.Rewards();
        double half = await AloneAsync(
            "... with bfloat16 highway", turns, () => _problem.EstimateAsync(_problem.EstimatorBFloat16), seconds * rewards);
        double difference = _problem.Rewards().Zip(exact, (a, b) => Math.Abs((double)a - b)).Max();
        (double rollouts, double rolloutSeconds) =
            await CompareAsync("rollouts alone", turns, 1, Sync(_problem.RollOutAsPublished), Sync(_problem.RollOut));
        _problem.RollOut();
        (double scoring, double scoringSeconds) =
            await CompareAsync("scoring alone", turns, 1, _problem.ScoreAsPublishedAsync, _problem.ScoreAsync);
        double sampling =
            (await CompareAsync($"sampling {sequences}", turns, 1, Sync(() => _problem.SampleAsPublished(sequences)),
                Sync(() => _problem.Sample(sequences)))).Ratio;
        double discriminator =
            (await CompareAsync("discriminator step", turns, steps, Sync(_problem.StepDiscriminatorAsPublished),
                _problem.StepDiscriminatorAsync)).Ratio;
        double likelihood =
            (await CompareAsync("maximum likelihood step", turns, steps, Sync(_problem.StepMaximumLikelihoodAsPublished),
                Sync(_problem.StepMaximumLikelihood))).Ratio;
        double policyGradient =
            (await CompareAsync("policy gradient step", turns, steps, Sync(_problem.StepPolicyGradientAsPublished),
                Sync(_problem.StepPolicyGradient))).Ratio;
        double ceiling = MatrixProductCeiling.Measure(), floor = (_problem.RolloutOperations + _problem.ScoringOperations) / ceiling;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"Matrix products reach {ceiling / 1e9:0} GFLOP/s here. At that rate the arithmetic alone takes:"));
        PrintFloor("reward estimation", _problem.RolloutOperations + _problem.ScoringOperations, ceiling, seconds);
        PrintFloor("rollouts alone", _problem.RolloutOperations, ceiling, rolloutSeconds);
        PrintFloor("scoring alone", _problem.ScoringOperations, ceiling, scoringSeconds);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"With a bfloat16 highway no reward differs by more than {difference:0.00000}."));
        return new Dictionary<string, double>
        {
            ["reward_estimation"] = Math.Round(rewards, 2),
            ["reward_estimation_bf16"] = Math.Round(half, 2),
            ["rollouts"] = Math.Round(rollouts, 2),
            ["scoring"] = Math.Round(scoring, 2),
            ["sampling"] = Math.Round(sampling, 2),
            ["discriminator_step"] = Math.Round(discriminator, 2),
            ["mle_step"] = Math.Round(likelihood, 2),
            ["policy_gradient_step"] = Math.Round(policyGradient, 2),
            ["floor"] = Math.Round(seconds / floor, 2),
            ["gflops"] = Math.Round(ceiling / 1e9, 1),
            ["bf16_reward_difference"] = Math.Round(difference, 6),
            ["n"] = _problem.Size.Samples,
            ["threads"] = torch.get_num_threads(),
            ["onednn"] = OneDnn.IsOff ? 0 : 1,
        };
    }

    private static Func<Task<T>> Sync<T>(Func<T> run) => () => Task.FromResult(run());

    /// <summary>The median of the ratios, and the library's median time in seconds.</summary>
    private static async Task<(double Ratio, double Seconds)> CompareAsync<TPublished, T>(
        string name, int turns, int steps, Func<Task<TPublished>> published, Func<Task<T>> library)
    {
        // The first call of each warms up and does not count; a published estimation is too long for that and has none.
        var times = new List<(double Published, double Library)>();
        await library();
        await library();
        if (steps > 1)
            await published();
        for (int turn = 0; turn < turns; turn++)
            times.Add((await SecondsAsync(published, steps), await SecondsAsync(library, steps)));
        double ratio = Median(times.Select(turn => turn.Published / turn.Library)), seconds = Median(times.Select(turn => turn.Library));
        Print(name, Median(times.Select(turn => turn.Published)), seconds, ratio);
        return (ratio, seconds);
    }

    /// <summary>The library's time alone, against a published one measured before.</summary>
    private static async Task<double> AloneAsync<T>(string name, int turns, Func<Task<T>> library, double published)
    {
        await library();
        var times = new List<double>();
        for (int turn = 0; turn < turns; turn++)
            times.Add(await SecondsAsync(library, 1));
        double seconds = Median(times);
        Print(name, published, seconds, published / seconds);
        return published / seconds;
    }

    private static void Print(string name, double published, double library, double ratio) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name,-28}{published * 1e3,9:0.0} ms{library * 1e3,9:0.0} ms{ratio,14:0.0}"));

    private static void PrintFloor(string name, double operations, double ceiling, double seconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-28}{operations / 1e9,9:0.0} GFLOP{operations / ceiling * 1e3,9:0.0} ms; it took {seconds * ceiling / operations:0.00} "
            + $"times as long"));

    private static async Task<double> SecondsAsync<T>(Func<Task<T>> run, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int step = 0; step < steps; step++)
            await run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
