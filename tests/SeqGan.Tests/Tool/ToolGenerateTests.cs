using System.Text.Json;
using System.Text.RegularExpressions;

namespace SeqGan.Tests;

/// <summary>What <c>seqgan generate</c> prints: escapes, seeds, and what it leaves out.</summary>
[Collection(nameof(OtherPrograms))]
public sealed partial class ToolGenerateTests : IDisposable
{
    private static readonly string[] s_names = ["anna", "berta", "carl", "dora", "emil", "frieda", "gustav", "hanna"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Generate_TextThatWouldMoveTheCursor_IsEscapedAndJsonIsExact()
    {
        // An escape sequence, line breaks of all kinds, marks and overrides of direction, and what reads like an escape.
        string[] unsafeOnes =
            ["\u001b[2J", "\u0085", "\u2028", "\u2029", "\u200e", "\u200f", "\u202e", "\u2066", "\t", "\u009b", "\\u0041", "\\"];
        string path = await TrainAsync(
            Enumerable.Range(0, 60).Select(i => $"a{unsafeOnes[i % 12]}b{unsafeOnes[i / 5]}\u200d\u00e9"), "--epochs", "5");

        var text = await RunAsync("generate", path, "-n", "300", "--seed", "5");
        var json = await RunAsync("generate", path, "-n", "300", "--seed", "5", "--json");

        string[] lines = text.Output.TrimEnd('\n').Split('\n'), objects = json.Output.TrimEnd('\n').Split('\n');
        Assert.Equal((300, 300), (lines.Length, objects.Length));
        Assert.DoesNotMatch(Unsafe(), string.Concat(lines.Concat(objects)));
        Assert.Equal(objects.Select(TextOf), lines.Select(Unescape));
        Assert.Contains(lines, line => line.Contains(@"\u202e", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\u200d\u00e9", StringComparison.Ordinal));

        var prefixed = await RunAsync("generate", path, "-n", "1", "--seed", "5", "--prefix", @"a\u0041");
        Assert.StartsWith(@"a\u005cu0041", prefixed.Output, StringComparison.Ordinal);
        var slashes = await RunAsync("generate", path, "-n", "1", "--seed", "5", "--prefix", @"a\b\b");
        Assert.StartsWith(@"a\b\b", slashes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_TokensWithBlanks_AreApartInJsonAndFoundInAPrefix()
    {
        string file = _folder.Combine("events.csv"), model = _folder.Combine("events.seqgan");
        await File.WriteAllLinesAsync(
            file, [.. Enumerable.Range(0, 200).Select(i => $"s{i / 2},{(i % 2 == 0 ? "add to cart" : "buy")}").Prepend("session_id,event")],
            Token);
        var trained = await RunAsync(
            "train", file, "--column", "event", "--group-by", "session_id", "--model", model, "--quick", "--epochs", "2", "--rounds", "0");
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("generate --json gives the tokens", trained.Error, StringComparison.Ordinal);

        var generated = await RunAsync("generate", model, "-n", "20", "--prefix", "add to cart", "--json", "--seed", "1");

        Assert.All(generated.Output.TrimEnd('\n').Split('\n'), line =>
        {
            JsonElement tokens = JsonDocument.Parse(line).RootElement.GetProperty("tokens");
            Assert.Equal("add to cart", tokens[0].GetString());
            Assert.All(tokens.EnumerateArray().Skip(1), token => Assert.Contains(token.GetString(), (string[])["add to cart", "buy"]));
        });
    }

    [Fact]
    public async Task Generate_WithoutASeed_DrawsOneAndSaysIt()
    {
        string path = await TrainAsync(s_names, "--epochs", "1");

        var first = await RunAsync("generate", path, "-n", "20");
        var second = await RunAsync("generate", path, "-n", "20", "--json");

        string seed = Regex.Match(first.Error, @"^The seed is (\d+); --seed \1 generates the same again\.$", RegexOptions.Multiline)
            .Groups[1].Value;
        Assert.Equal(first.Output, (await RunAsync("generate", path, "-n", "20", "--seed", seed)).Output);
        string[] objects = second.Output.TrimEnd('\n').Split('\n');
        Assert.NotEqual(first.Output.TrimEnd('\n').Split('\n'), objects.Select(TextOf));
        using JsonDocument one = JsonDocument.Parse(objects[^1]);
        ulong fresh = one.RootElement.GetProperty("seed").GetUInt64();
        Assert.Contains($"The seed is {fresh};", second.Error, StringComparison.Ordinal);
        Assert.NotEqual(seed, $"{fresh}");
    }

    [Fact]
    public async Task Generate_UniqueAndNovel_LeavesOutRepetitionsAndCopies()
    {
        // Known by heart.
        string path = await TrainAsync(s_names, "--epochs", "400", "--hidden-size", "96", "--held-out", "0");

        string[] all = await LinesAsync("generate", path, "-n", "200", "--seed", "1");
        string[] unique = await LinesAsync("generate", path, "-n", "9", "--seed", "1", "--unique");
        string[] novel = await LinesAsync("generate", path, "-n", "5", "--seed", "1", "--novel");

        Assert.True(all.Count(line => s_names.Contains(line)) > 100, string.Join(' ', all));
        Assert.Equal((200, 9, 5), (all.Length, unique.Length, novel.Length));
        Assert.Equal(unique.Distinct(), unique);
        Assert.Equal(all.Distinct().Take(unique.Length), unique.Take(all.Distinct().Count()));
        Assert.All(novel, line => Assert.DoesNotContain(line, s_names));
    }

    [Fact]
    public async Task Generate_FewerThanAskedFor_GivesUpAndSaysWhy()
    {
        string path = await TrainAsync(["a", "b", "ab", "ba"], "--epochs", "1", "--max-length", "3", "--held-out", "0");

        var run = await RunAsync("generate", path, "-n", "1000", "--unique", "--ended", "--seed", "1");

        // A sequence may be empty.
        string[] lines = run.Output[..^1].Split('\n');
        Assert.Equal(1, run.ExitCode);
        Assert.InRange(lines.Length, 4, 20);
        Assert.Equal(lines.Distinct(), lines);
        Assert.Contains(
            $"{lines.Length} of 1000 sequences were found; none of the last 10000 generated ones was wanted. Left out: ", run.Error,
            StringComparison.Ordinal);
        Assert.Contains(" repetitions", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("Ask for fewer, or raise --temperature.", run.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--top-k", "--top-k", "1")]
    [InlineData("--top-p", "--top-p", "0.00001")]
    [InlineData("--top-k or --top-p", "--top-k", "1", "--top-p", "0.00001")]
    public async Task Generate_FewTokensToDrawFrom_AdvisesMoreOfThem(string advised, params string[] arguments)
    {
        string path = await TrainAsync(["ababab", "bababa", "ab"], "--epochs", "1", "--held-out", "0");

        var run = await RunAsync(["generate", path, "-n", "2", "--unique", "--seed", "1", .. arguments]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("1 of 2 sequences were found", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Ask for fewer, or raise {advised}.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Ended_LeavesOutWhatWasCutOff()
    {
        string path = await TrainAsync(
            from first in "abcdef" from second in "abcdef" select $"{first}{second}{first}{second}{second}{first}", "--epochs", "1",
            "--max-length", "6");

        var all = await RunAsync("generate", path, "-n", "500", "--seed", "1", "--json");
        var ended = await RunAsync("generate", path, "-n", "100", "--seed", "1", "--json", "--ended");

        string[] lines = all.Output.TrimEnd('\n').Split('\n');
        int cutOff = lines.Count(line => !HasEnded(line));
        Assert.InRange(cutOff, 1, 499);
        Assert.StartsWith($"{cutOff} of 500 sequences did not end within the model's 6 tokens", all.Error, StringComparison.Ordinal);
        Assert.Equal(lines.Where(HasEnded).Take(100), ended.Output.TrimEnd('\n').Split('\n').Take(500 - cutOff));
        Assert.Equal("", ended.Error);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public async Task Run_TemperatureOfZero_SaysWhatToUse(string command)
    {
        string[] more = command == "evaluate" ? ["--test", "t.txt"] : [];
        var run = await RunAsync([command, "m.seqgan", "--temperature", "0", .. more]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--temperature is 0; it must be from 0.001 to 1000.", run.Error, StringComparison.Ordinal);
        Assert.Equal(command == "generate", run.Error.Contains("use --top-k 1", StringComparison.Ordinal));
    }

    private static string TextOf(string json)
    {
        using JsonDocument value = JsonDocument.Parse(json);
        return value.RootElement.GetProperty("text").GetString()!;
    }

    private static bool HasEnded(string json)
    {
        using JsonDocument value = JsonDocument.Parse(json);
        return value.RootElement.GetProperty("ended").GetBoolean();
    }

    private static string Unescape(string line) => Escaped().Replace(line, match => $"{(char)Convert.ToInt32(match.Groups[1].Value, 16)}");

    internal static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);

    internal static async Task<string[]> LinesAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.TrimEnd('\n').Split('\n');
    }

    private async Task<string> TrainAsync(IEnumerable<string> lines, params string[] options)
    {
        (string file, string path) = (_folder.Combine("train.txt"), _folder.Combine("m.seqgan"));
        await File.WriteAllLinesAsync(file, lines, Token);
        var run = await RunAsync(["train", file, "--model", path, "--quick", "--rounds", "0", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return path;
    }

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\\u([0-9a-f]{4})")]
    private static partial Regex Escaped();
}
