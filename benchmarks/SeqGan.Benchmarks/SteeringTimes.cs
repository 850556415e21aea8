using System.Globalization;
using System.Text.Json;

namespace SeqGan.Benchmarks;

/// <summary>What steering costs, and whether it steers.</summary>
internal static class SteeringTimes
{
    public static int Run(string[] options)
    {
        if (options is not ([] or ["--json"]))
        {
            Console.Error.WriteLine("steering knows --json, and nothing else.");
            return 2;
        }

        var result = new Dictionary<string, double>();
        SteeringConstraints.Measure(result);
        foreach ((string name, double value) in result)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.Replace('_', ' '),-44}{value,14}"));
        if (options.Length == 1)
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }
}
