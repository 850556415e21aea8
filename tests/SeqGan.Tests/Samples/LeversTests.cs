using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs the comparison of the generator's options as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class LeversTests
{
    [Fact]
    public async Task Run_Smoke_MeasuresEveryLever()
    {
        var run = await BuiltProgram.RunAsync("samples/Levers", "--smoke", "--json");

        Assert.Equal(0, run.ExitCode);
        using JsonDocument json = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        JsonProperty[] rows = [.. json.RootElement.EnumerateObject()];
        Assert.Equal("plain", rows[0].Name);
        Assert.Equal(9, rows.Length);
        Assert.All(rows, row => Assert.InRange(row.Value[0].GetProperty("NllTest").GetDouble(), 0.5, 5));
        Assert.Equal(rows.Length, rows.Select(row => row.Value[0].GetProperty("NllTest").GetDouble()).Distinct().Count());
    }

    [Theory]
    [InlineData("There is no option --rums; --help lists those that there are.", "--rums")]
    [InlineData("--runs needs a whole number from 1 to 100.", "--runs", "0")]
    [InlineData("--tokens needs a value.", "--tokens")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments)
    {
        var run = await BuiltProgram.RunAsync("samples/Levers", arguments);

        Assert.Equal((2, message), (run.ExitCode, run.Error.TrimEnd()));
    }
}
