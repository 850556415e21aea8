using System.Globalization;
using System.Text.Json;

namespace SeqGan.Benchmarks;

/// <summary>What steering costs, and whether it steers.</summary>
internal static class SteeringTimes
{
    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not ([] or ["--json"]))
        {
            Console.Error.WriteLine("steering knows --json, and nothing else.");
            return 2;
        }

        var result = new Dictionary<string, double>();
        SteeringConstraints.Measure(result);
        using (var problem = new PublishedProblem(ProblemSize.Paper))
            result["rule_reward_overhead"] = Math.Round(await SteeringRewards.RuleRewardOverheadAsync(problem), 4);
        foreach ((string name, double value) in result)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.Replace('_', ' '),-44}{value,14}"));
        if (options.Length == 1)
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }
}
