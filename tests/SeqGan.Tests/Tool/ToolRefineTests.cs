using System.Text.Json;
using static SeqGan.Tests.ToolGenerateTests;

namespace SeqGan.Tests;

/// <summary><c>--refine</c> of <c>seqgan generate</c> and <c>seqgan evaluate</c>.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolRefineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    public async Task Refine_OfATrainedModel_KeepsSomeOfItsSequences(string rounds)
    {
        (string model, string test) = await TrainAsync(rounds);

        string[] plain = await LinesAsync("generate", model, "-n", "2000", "--seed", "1");
        string[] refined = await LinesAsync("generate", model, "-n", "100", "--seed", "1", "--refine", "4");
        Assert.Equal(refined, await LinesAsync("generate", model, "-n", "100", "--seed", "1", "--refine", "4"));
        Assert.Equal(plain[..100], await LinesAsync("generate", model, "-n", "100", "--seed", "1", "--refine", "1"));
        Assert.Equal(100, refined.Length);
        Assert.All(refined, line => Assert.Contains(line, plain));

        JsonElement measured = await JsonAsync("evaluate", model, "--test", test, "-n", "200", "--refine", "4", "--sweep", "--json");
        double nll = measured.GetProperty("nll_test").GetDouble();
        double upper = measured.GetProperty("nll_test_refined_upper").GetDouble();
        Assert.InRange(upper, nll - 0.5, nll + 0.5);
        Assert.InRange(measured.GetProperty("nll_test_refined_lower").GetDouble(), nll - 0.5, upper);
        Assert.InRange(measured.GetProperty("acceptance").GetDouble(), 0.2, 1);
        Assert.InRange(measured.GetProperty("effective_sample_size").GetDouble(), 1, 10_000);
        string[] models = [.. measured.GetProperty("sweep").EnumerateArray().Select(point => point.GetProperty("model").GetString()!)];
        Assert.Equal([model, $"{model}, refined"], models.Distinct());

        var table = await RunAsync("evaluate", model, "--test", test, "-n", "200", "--refine", "4");
        Assert.Contains("nll_test_refined_upper", table.Output, StringComparison.Ordinal);
        Assert.True((await JsonAsync("info", model, "--json")).GetProperty("has_discriminator").GetBoolean());
    }

    [Fact]
    public async Task Refine_OfAModelWithoutDiscriminator_IsRefused()
    {
        (string model, string test) = await TrainAsync("0");
        CompiledPolicy.Load(model).WithDiscriminator(null).Save(model);

        string[][] commands = [["generate", model, "--refine", "4"], ["evaluate", model, "--test", test, "--refine", "4"]];
        foreach (string[] arguments in commands)
        {
            var run = await RunAsync(arguments);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("--refine is 4, but the model has no discriminator", run.Error, StringComparison.Ordinal);
        }

        Assert.Single(await LinesAsync("generate", model, "-n", "1", "--refine", "1"));
        Assert.Equal(JsonValueKind.Null, (await JsonAsync("evaluate", model, "--test", test, "--refine", "1", "--json"))
            .GetProperty("nll_test_refined_upper").ValueKind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("some")]
    public async Task Refine_OutOfRange_IsRefused(string refine)
    {
        var run = await RunAsync("generate", "model.seqgan", "--refine", refine);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--refine", run.Error, StringComparison.Ordinal);
    }

    private async Task<(string Model, string Test)> TrainAsync(string rounds)
    {
        string[] words = ["dog", "cat", "horse", "bird", "fish", "house", "tree"];
        string[] lines =
            [.. Enumerable.Range(0, 500).Select(i => $"the {words[i % 7]} saw a {words[i / 7 % 7]} and a {words[i / 49 % 7]}")];
        (string file, string test, string model) = (_folder.Combine("a.txt"), _folder.Combine("b.txt"), _folder.Combine("m.seqgan"));
        await File.WriteAllLinesAsync(file, lines[..300], Token);
        await File.WriteAllLinesAsync(test, lines[300..], Token);
        var run = await RunAsync(
            "train", file, "--tokens", "words", "--model", model, "--quick", "--epochs", "3", "--rounds", rounds);
        Assert.True(run.ExitCode == 0, run.Error);
        return (model, test);
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments) =>
        JsonDocument.Parse((await LinesAsync(arguments))[^1]).RootElement;
}
