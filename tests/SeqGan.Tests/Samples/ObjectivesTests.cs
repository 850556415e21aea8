using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs the program of the objectives as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ObjectivesTests
{
    [Fact]
    public async Task Run_Smoke_LastLineIsJson()
    {
        var run = await BuiltProgram.RunAsync("samples/Objectives", "--smoke", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument json = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        foreach (string row in (string[])["mle", "discriminator_only", "objective"])
        {
            Assert.InRange(json.RootElement.GetProperty(row).GetProperty("predicate_share").GetDouble(), 0, 1);
            Assert.InRange(json.RootElement.GetProperty(row).GetProperty("uniqueness").GetDouble(), 0, 1);
            Assert.InRange(json.RootElement.GetProperty(row).GetProperty("nll_test").GetDouble(), 0.5, 3);
        }
    }

    [Theory]
    [InlineData("There is no option --rums; --help lists those that there are.", "--rums")]
    [InlineData("--runs needs a whole number from 1 to 100.", "--runs", "0")]
    [InlineData("--seed needs a whole number from 0 to 2147483647.", "--seed")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments)
    {
        var run = await BuiltProgram.RunAsync("samples/Objectives", arguments);

        Assert.Equal((2, message), (run.ExitCode, run.Error.TrimEnd()));
    }
}
