using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>What the tool makes of the frequencies, the lengths and the letters of a file.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_OneSessionIsMost_IsGeneratedAsOftenAndNothingIsLonger()
    {
        string file = _folder.Combine("skew.txt"), model = _folder.Combine("m.seqgan");
        var random = new Random(7);
        string[] events = ["search", "view", "buy"];
        string Session() => $"login {string.Join(' ', random.GetItems(events, random.Next(1, 6)))} logout";
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 1000).Select(i => i % 10 < 7 ? "login logout" : Session()), Token);

        var trained = await RunAsync(
            "train", file, "--tokens", "whitespace", "--model", model, "--quick", "--epochs", "6", "--rounds", "0", "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        using JsonDocument json = JsonDocument.Parse(trained.Output);
        JsonElement corpus = json.RootElement.GetProperty("corpus");
        Assert.InRange(corpus.GetProperty("duplicate_share").GetDouble(), 0.7, 0.99);
        Assert.Equal(7, corpus.GetProperty("max_length").GetInt32());
        Assert.Equal(2, corpus.GetProperty("length_percentiles").GetProperty("50").GetInt32());
        Assert.Contains("% repeat an earlier sequence and are kept", trained.Error, StringComparison.Ordinal);
        Assert.Contains("the longest has 7.", trained.Error, StringComparison.Ordinal);
        Assert.Contains("use --remove-duplicates", trained.Error, StringComparison.Ordinal);

        var generated = await RunAsync("generate", model, "-n", "1000", "--seed", "3");
        string[] lines = generated.Output.TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Count(line => line == "login logout"), 600, 850);
        Assert.All(lines, line => Assert.InRange(line.Split(' ').Length, 0, 7));

        var info = await RunAsync("info", model);
        Assert.Contains("7 tokens", info.Output, StringComparison.Ordinal);

        var once = await RunAsync("train", file, "--tokens", "whitespace", "--model", model, "--quick", "--epochs", "1", "--rounds", "0",
            "--remove-duplicates");
        Assert.Contains("% repeat an earlier sequence and are left out.", once.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainGenerateEvaluate_MixedForms_TakePrefixesOfEither()
    {
        string file = _folder.Combine("mixed.txt"), test = _folder.Combine("test.txt"), model = _folder.Combine("m.seqgan");
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(0, 300).Select(i => $"{(i % 2 == 0 ? "caf\u00e9" : "cafe\u0301")} {i:000}"), Token);
        await File.WriteAllLinesAsync(test, Enumerable.Range(300, 50).Select(i => $"cafe\u0301 {i:000}"), Token);

        var trained = await RunAsync("train", file, "--model", model, "--quick", "--epochs", "1", "--rounds", "0");
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("150 had decomposed letters, which were composed (NFC).", trained.Error, StringComparison.Ordinal);

        var composed = await RunAsync("generate", model, "--prefix", "caf\u00e9", "--seed", "1");
        var decomposed = await RunAsync("generate", model, "--prefix", "cafe\u0301", "--seed", "1");
        Assert.Equal((0, composed.Output), (decomposed.ExitCode, decomposed.Output));
        var evaluated = await RunAsync("evaluate", model, "--test", test, "-n", "50", "--json");
        using JsonDocument json = JsonDocument.Parse(evaluated.Output);
        Assert.Equal(0, json.RootElement.GetProperty("unknown_token_rate").GetDouble());

        var exact = await RunAsync(
            "train", file, "--model", model, "--quick", "--epochs", "1", "--rounds", "0", "--no-normalization");
        Assert.Contains("150 of 300 texts have decomposed letters and 150 composed ones", exact.Error, StringComparison.Ordinal);
        Assert.Contains("omit --no-normalization", exact.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ProcessThatCannotCompose_Warns()
    {
        string file = _folder.Combine("decomposed.txt"), plain = _folder.Combine("plain.txt");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 300).Select(i => $"cafe\u0301 {i:000}"), Token);
        await File.WriteAllLinesAsync(plain, Enumerable.Range(0, 300).Select(i => $"caf\u00e9 {i:000}"), Token);

        Assert.Contains("300 of 300 texts have combining marks, and a process in globalization-invariant mode cannot compose letters",
            await TrainAsync(file), StringComparison.Ordinal);
        Assert.DoesNotContain("combining", await TrainAsync(plain), StringComparison.Ordinal);

        async Task<string> TrainAsync(string path)
        {
            using Process process = BuiltProgram.StartInScript(
                "src/SeqGan.Tool", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \"$@\" >/dev/null", "train", path, "--model",
                _folder.Combine("m.seqgan"), "--quick", "--epochs", "1", "--rounds", "0");
            string error = await process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            Assert.True(process.ExitCode == 0, error);
            return error;
        }
    }

    [Fact]
    public async Task Train_TooLongForTheGivenLimit_SaysWhichLimitsKeepThem()
    {
        string file = _folder.Combine("log.txt"), model = _folder.Combine("m.seqgan");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 300).Select(i => new string((char)('a' + i % 5), 40 + i % 50)), Token);

        var few = await RunAsync("train", file, "--model", model, "--max-length", "60", "--quick", "--epochs", "4", "--rounds", "0");
        Assert.Contains("have more tokens than the limit of 60: --max-length 89 keeps all of them", few.Error, StringComparison.Ordinal);
        Assert.Contains("% of the generated sequences do not end within the limit, 60 tokens.", few.Output, StringComparison.Ordinal);
        var all = await RunAsync("train", file, "--model", model, "--quick", "--epochs", "1", "--rounds", "0");
        Assert.DoesNotContain("too long", all.Error, StringComparison.Ordinal);
        Assert.Contains("50% have at most 64, 90% have at most 84, 99% have at most 89, the longest has 89.", all.Error,
            StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
}
