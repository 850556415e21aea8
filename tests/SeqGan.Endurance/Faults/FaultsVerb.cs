using System.Text.Json;

namespace SeqGan.Endurance.Faults;

/// <summary>
/// Makes one thing at a time fail, and checks that a training continues, or stops with an error that says what to do.
/// </summary>
internal static class FaultsVerb
{
    private const string Passed = "passed";

    public static async Task<int> RunAsync(CommandLine line)
    {
        using var bench = new FaultBench();
        await bench.PrepareAsync();
        var results = new Dictionary<string, string>();
        foreach ((string name, Func<Task> run) in (IEnumerable<(string, Func<Task>)>)[.. new DiskCases(bench).All,
            .. new DamageCases(bench).All, .. new ProcessCases(bench).All, .. new OptionCases(bench).All])
        {
            results[name] = await TryAsync(run);
            await Console.Error.WriteLineAsync($"{name}: {results[name]}");
        }

        int passed = results.Values.Count(result => result == Passed);
        await Console.Error.WriteLineAsync($"{passed} of {results.Count} cases passed.");
        if (line.Json)
            Console.WriteLine(JsonSerializer.Serialize(
                new Dictionary<string, object> { ["cases"] = results.Count, ["passed"] = passed, ["names"] = results }));
        return passed == results.Count ? 0 : 1;
    }

    private static async Task<string> TryAsync(Func<Task> run)
    {
        try
        {
            await run();
            return Passed;
        }
        catch (SkippedException skipped)
        {
            return $"skipped: {skipped.Message}";
        }
        catch (FaultException failure)
        {
            return failure.Message;
        }
        // Whatever else comes is a failure, too, and the other cases are to be tried.
        catch (Exception error)
        {
            return error.ToString();
        }
    }
}
