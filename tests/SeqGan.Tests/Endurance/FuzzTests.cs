using System.Text.Json;
using Xunit;

namespace SeqGan.Tests.Endurance;

/// <summary>A moment of what <c>tests/SeqGan.Endurance</c> does for hours.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class FuzzTests
{
    [Fact]
    public async Task Fuzz_EveryReader_RefusesOrReadsStrangeFiles()
    {
        (int exitCode, string output, string error) =
            await BuiltProgram.RunAsync("tests/SeqGan.Endurance", "fuzz", "--executions", "20000", "--json");

        Assert.True(exitCode == 0, error);
        using JsonDocument result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.InRange(result.RootElement.GetProperty("executions").GetInt64(), 20_000, 21_000);
        Assert.Equal(0, result.RootElement.GetProperty("crashes").GetInt32() + result.RootElement.GetProperty("hangs").GetInt32());
        Assert.InRange(result.RootElement.GetProperty("largest_allocation_mb").GetDouble(), 0.001, 64);
    }
}
