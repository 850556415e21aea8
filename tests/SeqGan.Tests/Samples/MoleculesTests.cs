using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs Molecules as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class MoleculesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Smoke_GeneratesMoleculesThatAreValidAndNew()
    {
        var run = await RunAsync("--smoke", "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        Assert.InRange(json.RootElement.GetProperty("valid").GetDouble(), 0.85, 1);
        Assert.InRange(json.RootElement.GetProperty("novel").GetDouble(), 0.3, 1);
        Assert.InRange(json.RootElement.GetProperty("unique").GetDouble(), 0.5, 1);
    }

    [Fact]
    public async Task Run_FileOfOnesOwn_KeepsTheGrammarOfWhatItRead()
    {
        string path = _folder.Combine("own.smi");
        string[] rings = ["c1ccccc1", "C1CCCCC1", "C1CC1", "n1ccccc1"],
            tails = ["", "C", "CC", "O", "N", "Cl", "CBr", "C(=O)N", "C#N", "[N+](=O)[O-]"];
        await File.WriteAllLinesAsync(
            path, from ring in rings from tail in tails from other in tails select $"{other}{ring}{tail} compound",
            TestContext.Current.CancellationToken);

        var run = await RunAsync("--smoke", "--json", "--input", path, "--count", "5");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("compound", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option --smok", "--smok")]
    [InlineData("--input needs a value.", "--input")]
    [InlineData("--max-length is 3; it must be a whole number from 4 to 1000.", "--max-length", "3")]
    [InlineData("no-such-file.smi", "--input", "no-such-file.smi")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("samples/Molecules", arguments);
}
