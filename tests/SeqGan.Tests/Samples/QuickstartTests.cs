using System.Text;
using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs the Quickstart as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class QuickstartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_FileOfLines_LastLineIsJson()
    {
        // 7,500 lines look like these 300, so that there is much to invent.
        string[] lines = [.. Enumerable.Range(0, 300)
            .Select(i => $"{"KLMNP"[i % 5]}{"aeiou"[i / 5 % 5]}{"rst"[i / 100]}-{i * 37 % 100:00}")];

        var run = await RunAsync("--smoke", "--json", "--input", Write(Encoding.UTF8.GetBytes(string.Join('\n', lines))));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("300 sequences read, 300 kept: 270 to train on, 30 held out.", run.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        string[] generated = [.. json.RootElement.GetProperty("generated").EnumerateArray().Select(element => element.GetString()!)];
        Assert.Equal(20, generated.Distinct().Count());
        Assert.Contains(string.Join('\n', generated), run.Output, StringComparison.Ordinal);
        Assert.Empty(generated.Intersect(lines));
        Assert.InRange(json.RootElement.GetProperty("novelty").GetDouble(), 0, 1);
        Assert.InRange(json.RootElement.GetProperty("uniqueness").GetDouble(), 0, 1);
        Assert.InRange(json.RootElement.GetProperty("nll_test").GetDouble(), 0.1, 3);
    }

    [Fact]
    public async Task Run_WithoutInput_LearnsTheNamesOfTheBaseLibraryAndSavesTheModel()
    {
        string path = _folder.Combine("names.model.safetensors");

        var run = await RunAsync("--smoke", "--save", path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(" to train on, ", run.Output, StringComparison.Ordinal);
        IReadOnlyList<string> sampled = new SequenceSampler(CompiledPolicy.Load(path)).Generate(20, new SamplingOptions { Seed = 1 });
        Assert.All([.. run.Output.TrimEnd().Split('\n')[^20..], .. sampled], name => Assert.Matches("^[A-Za-z0-9]+$", name));
    }

    [Theory]
    [InlineData("There is no option --smok", "--smok")]
    [InlineData("--input needs a value.", "--input")]
    [InlineData("no-such-file.txt", "--input", "no-such-file.txt")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments) =>
        AssertRefused(message, await RunAsync(arguments));

    [Fact]
    public async Task Run_FileIsNotUtf8_NamesTheLine() =>
        AssertRefused("line 2", await RunAsync("--input", Write([.. "first\n"u8, 0xC3, 0x28])));

    [Fact]
    public async Task Run_FileTooSmall_SaysHowManySequencesThereAre() =>
        AssertRefused(
            "There is 1 sequence to train on, and at least 2 are needed", await RunAsync("--input", Write("one\ntwo\n"u8.ToArray())));

    private static void AssertRefused(string message, (int ExitCode, string Output, string Error) run)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private string Write(byte[] content)
    {
        string path = _folder.Combine("lines.txt");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("samples/Quickstart", arguments);
}
