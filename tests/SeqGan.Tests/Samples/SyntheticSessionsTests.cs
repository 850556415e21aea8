using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs SyntheticSessions as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class SyntheticSessionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Smoke_SessionsAreOfTheSegmentAndNearTheRealOnes()
    {
        string database = _folder.Combine("sessions.db");

        JsonElement example = await RunJsonAsync("--smoke", "--json", "--database", database, "--create");

        Assert.InRange(example.GetProperty("segment_accuracy").GetDouble(), 0.9, 1);
        Assert.InRange(example.GetProperty("transition_distance").GetDouble(), 0, 0.2);
        Assert.Equal(["business", "private", "trial"], example.GetProperty("segments").EnumerateObject().Select(segment => segment.Name));

        // What was written back is itself a table of sessions, 1000 of each segment.
        var again = await RunAsync("--smoke", "--json", "--database", database, "--table", "generated_events", "--output", "second",
            "--count", "50");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("2400 sequences read", again.Output, StringComparison.Ordinal);
        Assert.Equal(50, Json(again.Output).GetProperty("segments").GetProperty("trial").GetProperty("sessions").GetInt32());

        foreach ((string message, string[] arguments) in new (string, string[])[]
        {
            ("has a table 'generated_events' already; name another with --output", []),
            ("has a table 'events' already; name another with --table", ["--output", "third", "--create"]),
            ("has no table 'clicks'; name it with --table", ["--output", "third", "--table", "clicks"]),
            ("has no column 'user'; it has session, step, segment, event.", ["--output", "third", "--session", "user"]),
        })
        {
            var refused = await RunAsync(["--smoke", "--database", database, .. arguments]);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(message, Assert.Single(refused.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("There is no option --smok", "--smok")]
    [InlineData("--database needs a value.", "--database")]
    [InlineData("--create needs --database.", "--create")]
    [InlineData("--count is 0; it must be a whole number from 1 to 1000000.", "--count", "0")]
    [InlineData("'no-such-file.db' is not there; --create makes the example", "--database", "no-such-file.db")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileThatIsNoDatabase_SaysSo()
    {
        string path = _folder.Combine("text.db");
        await File.WriteAllTextAsync(path, new string('x', 5000), TestContext.Current.CancellationToken);

        var run = await RunAsync("--database", path);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("not a database", run.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RunJsonAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return Json(run.Output);
    }

    private static JsonElement Json(string output)
    {
        using JsonDocument json = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        return json.RootElement.Clone();
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("samples/SyntheticSessions", arguments);
}
