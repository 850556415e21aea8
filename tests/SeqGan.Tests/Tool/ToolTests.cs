using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SeqGan.Tests;

/// <summary>Runs the command-line tool as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TrainGenerateEvaluate_FileOfSentences_TheThreeVerbsWorkTogether()
    {
        string file = WriteSentences("train.txt", 0, 400), test = WriteSentences("test.txt", 400, 200);
        (string model, string mle, string report) = (_folder.Combine("m.seqgan"), _folder.Combine("mle.seqgan"), _folder.Combine("r.html"));
        string log = _folder.Combine("run.jsonl");

        JsonElement trained = await RunJsonAsync("train", file, "--tokens", "words", "--model", model, "--mle-model", mle, "--report",
            report, "--log", log, "--quick", "--json");
        Assert.False(trained.GetProperty("interrupted").GetBoolean());
        Assert.Equal(400, trained.GetProperty("corpus").GetProperty("read").GetInt32());
        Assert.InRange(trained.GetProperty("nll_test").GetDouble(), 0.1, 3);
        string html = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.Contains("</html>", html, StringComparison.Ordinal);
        string[] columns = [.. Regex.Matches(html, "<th scope=\"col\" class=\"number\">([^<]*)</th>")
            .Select(column => column.Groups[1].Value)];
        Assert.Contains("training data against held-out", columns);
        Assert.Equal(columns.Distinct(), columns);
        Assert.All(await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken), line => JsonDocument.Parse(line).Dispose());

        var first = await RunAsync("generate", model, "-n", "20", "--seed", "1");
        var second = await RunAsync("generate", model, "-n", "20", "--seed", "1");
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(20, first.Output.TrimEnd('\n').Split('\n').Length);
        var prefixed = await RunAsync("generate", model, "-n", "5", "--prefix", "The old", "--top-p", "0.9", "--json");
        Assert.All(prefixed.Output.TrimEnd().Split('\n'), line => Assert.StartsWith("{\"text\":\"The old", line, StringComparison.Ordinal));

        JsonElement quality = await RunJsonAsync(
            "evaluate", model, "--test", test, "--json", "-n", "300", "--sweep", "--baseline", mle, "--plot", _folder.Combine("sweep.png"));
        foreach (string order in (string[])["2", "3", "4", "5"])
        {
            Assert.InRange(quality.GetProperty("bleu").GetProperty(order).GetDouble(), 0, 1);
            Assert.InRange(quality.GetProperty("self_bleu").GetProperty(order).GetDouble(), 0, 1);
        }

        Assert.InRange(quality.GetProperty("nll_test").GetDouble(), 0.1, 3);
        Assert.InRange(quality.GetProperty("uniqueness").GetDouble(), 0, 1);
        Assert.InRange(quality.GetProperty("novelty").GetDouble(), 0, 1);
        Assert.True(quality.GetProperty("sweep").GetArrayLength() >= 6);
        Assert.True(new FileInfo(_folder.Combine("sweep.png")).Length > 1000);

        // The table has the same figures: temperature, BLEU-4, self-BLEU-4.
        var table = await RunAsync("evaluate", model, "--test", test, "-n", "300", "--sweep", "--baseline", mle);
        JsonElement point = quality.GetProperty("sweep")[0];
        double[] figures = [point.GetProperty("temperature").GetDouble(), point.GetProperty("bleu").GetProperty("4").GetDouble(),
            point.GetProperty("self_bleu").GetProperty("4").GetDouble()];
        string row = table.Output.Split('\n').SkipWhile(line => !line.StartsWith("temperature ", StringComparison.Ordinal)).ElementAt(1);
        Assert.All(figures.Zip(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            pair => Assert.Equal(pair.First, double.Parse(pair.Second, CultureInfo.InvariantCulture), 1e-4));

        // So cold that what it would not say is impossible: figures overflow, and JSON has no infinity.
        string nonsense = _folder.Combine("nonsense.txt");
        await File.WriteAllTextAsync(nonsense, "tree tree tree tree tree tree\n", TestContext.Current.CancellationToken);
        JsonElement cold = await RunJsonAsync("evaluate", model, "--test", nonsense, "--json", "-n", "50", "--temperature", "0.001");
        Assert.Equal(JsonValueKind.Null, cold.GetProperty("perplexity").ValueKind);

        JsonElement info = await RunJsonAsync("info", model, "--json");
        Assert.Equal("words", info.GetProperty("tokenizer").GetString());
        Assert.Equal(trained.GetProperty("corpus").GetProperty("vocabulary_size").GetInt32(),
            info.GetProperty("vocabulary_size").GetInt32());
    }

    [Fact]
    public async Task Evaluate_TestFileIsTheTrainingFile_MeasuresWithTheRestAndSaysSo()
    {
        string file = WriteSentences("train.txt", 0, 300);
        string model = _folder.Combine("m.seqgan");
        await RunJsonAsync("train", file, "--tokens", "words", "--model", model, "--quick", "--rounds", "0", "--epochs", "1", "--json");

        var run = await RunAsync("evaluate", model, "--test", file, "--json", "-n", "50");

        Assert.True(run.ExitCode == 0, $"Exit code {run.ExitCode}: {run.Error}");
        Assert.Contains("270 of the 300 sequences", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(270, json.RootElement.GetProperty("test_overlap").GetInt32());
    }

    [Fact]
    public async Task Commands_RareAndUnseenWords_GenerateNoUnknownTokenAndMeasureWithAndWithoutThem()
    {
        string[] sentences = await File.ReadAllLinesAsync(WriteSentences("plain.txt", 0, 400), TestContext.Current.CancellationToken);
        string file = _folder.Combine("train.txt"), test = _folder.Combine("test.txt"), model = _folder.Combine("m.seqgan");
        await File.WriteAllLinesAsync(
            file, sentences.Select((line, i) => i % 3 == 0 ? line.Replace("The", $"Name{i / 6}", StringComparison.Ordinal) : line),
            TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            test, sentences.Select((line, i) => i % 3 == 0 ? line.Replace("The", $"Other{i}", StringComparison.Ordinal) : $"{line} Why?"),
            TestContext.Current.CancellationToken);

        JsonElement trained = await RunJsonAsync(
            "train", file, "--tokens", "words", "--min-count", "3", "--model", model, "--quick", "--epochs", "2", "--rounds", "1",
            "--json");
        Assert.InRange(trained.GetProperty("corpus").GetProperty("unknown_token_rate").GetDouble(), 0.01, 0.1);
        Assert.True(trained.GetProperty("nll_test_known").GetDouble() > 0);

        var made = await RunAsync("generate", model, "-n", "5000", "--temperature", "1.3");
        Assert.Equal(0, made.ExitCode);
        Assert.DoesNotContain("<unknown>", made.Output, StringComparison.Ordinal);
        JsonElement quality = await RunJsonAsync("evaluate", model, "--test", test, "-n", "50", "--json");
        Assert.NotEqual(quality.GetProperty("nll_test").GetDouble(), quality.GetProperty("nll_test_known").GetDouble());
        var table = await RunAsync("evaluate", model, "--test", test, "-n", "50");
        Assert.Matches(@"nll_test_known +\d", table.Output);
    }

    [Fact]
    public async Task Train_FewSequences_TrainsOnTwoBatchesInAnEpoch()
    {
        string file = _folder.Combine("few.txt"), log = _folder.Combine("run.jsonl");
        await File.WriteAllLinesAsync(file, ["abc", "bcd", "cde", "def", "efg", "fgh"], TestContext.Current.CancellationToken);

        await RunJsonAsync("train", file, "--model", _folder.Combine("m.seqgan"), "--held-out", "0", "--log", log, "--quick",
            "--epochs", "1", "--rounds", "0", "--json");

        string[] lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        using JsonDocument epoch = JsonDocument.Parse(
            lines.First(line => line.Contains("\"end_of_round\":true", StringComparison.Ordinal)));
        Assert.Equal(2, epoch.RootElement.GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task Train_Interrupted_LeavesAUsableModel()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signal to send to a process of one's own.");
        string file = WriteSentences("train.txt", 0, 300);
        string model = _folder.Combine("m.seqgan");
        using Process process = BuiltProgram.Start("src/SeqGan.Tool", "train", file, "--model", model, "--quick", "--hidden-size", "16",
            "--epochs", "2", "--rounds", "100000", "--json");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(10));
        string output;
        try
        {
            // The last report before the adversarial phase, whose own come every 10 seconds.
            while (await process.StandardError.ReadLineAsync(limit.Token) is { } line
                && !line.StartsWith("DiscriminatorPretraining", StringComparison.Ordinal))
            {
            }

            // Not SIGINT, which a shell lets what it runs in the background ignore.
            using (Process kill = Process.Start("kill", $"-TERM {process.Id}"))
                await kill.WaitForExitAsync(limit.Token);
            output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(130, process.ExitCode);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("interrupted").GetBoolean());
        Assert.Equal(0, (await RunAsync("generate", model)).ExitCode);
    }

    [Theory]
    [InlineData("Required command was not provided.")]
    [InlineData("'--model' is required", "train", "names.txt")]
    [InlineData("no-such-file.txt", "train", "no-such-file.txt", "--model", "m.seqgan")]
    [InlineData("there is no folder", "train", "no-such-file.txt", "--model", "no-such-folder/m.seqgan")]
    [InlineData("--count is 0; it must be from 1 to", "generate", "m.seqgan", "-n", "0")]
    [InlineData("--temperature is -1; it must be from", "generate", "m.seqgan", "--temperature", "-1")]
    [InlineData("--top-p is 1.5; it must be from", "generate", "m.seqgan", "--top-p", "1.5")]
    [InlineData("no-such-model", "generate", "no-such-model.seqgan")]
    [InlineData("no-such-model", "info", "no-such-model.seqgan")]
    [InlineData("bytes", "train", "names.txt", "--model", "m.seqgan", "--tokens", "bytes")]
    public async Task Run_BadArguments_SaysWhatIsWrong(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(BuiltProgram.Folder, "m.seqgan")));
    }

    [Fact]
    public async Task Train_BrokenJson_NamesTheLineAndTheOption()
    {
        string path = _folder.Combine("lines.jsonl");
        await File.WriteAllTextAsync(path, "{\"text\": \"one\"}\n{\"text\": \"tw", TestContext.Current.CancellationToken);

        var run = await RunAsync("train", path, "--property", "text", "--model", _folder.Combine("m.seqgan"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("line 2", run.Error, StringComparison.Ordinal);
        Assert.Contains("--skip-invalid", run.Error, StringComparison.Ordinal);
        Assert.Contains("at byte ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Options.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_DataThatWillNotWork_AdvisesInOptions()
    {
        string path = _folder.Combine("numbers.txt"), model = _folder.Combine("m.seqgan");
        await File.WriteAllLinesAsync(
            path, Enumerable.Range(0, 90).Select(i => $"{i} {(i % 3 == 0 ? "x y z v w" : "u")}"), TestContext.Current.CancellationToken);

        JsonElement trained = await RunJsonAsync(
            "train", path, "--tokens", "whitespace", "--max-length", "4", "--model", model, "--quick", "--epochs", "1", "--rounds",
            "0", "--json");
        string[] warnings = [.. trained.GetProperty("corpus").GetProperty("warnings").EnumerateArray()
            .Select(warning => warning.GetString()!)];
        Assert.Contains(warnings, warning => warning.Contains("--max-length 6 keeps all of them", StringComparison.Ordinal));
        Assert.Contains(
            warnings, warning => warning.Contains("98.36% of the 61 different tokens occur once", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("Options", StringComparison.Ordinal)
            || warning.Contains("batch", StringComparison.Ordinal));

        var tooLong = await RunAsync("train", path, "--tokens", "whitespace", "--max-length", "1", "--model", model);
        Assert.Equal(2, tooLong.ExitCode);
        Assert.Contains("90 too long. --max-length is 1; the longest sequence has 6 tokens, and 99% have at most 6.", tooLong.Error,
            StringComparison.Ordinal);

        await File.WriteAllTextAsync(path, "one\n", TestContext.Current.CancellationToken);
        var alone = await RunAsync("train", path, "--model", model);
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("There is 1 sequence to train on, and at least 2 are needed", alone.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Options", tooLong.Error + alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_TestFileThatTheModelCannotTakeWhole_TellsItAsATestFile()
    {
        string path = _folder.Combine("names.csv"), model = _folder.Combine("m.seqgan"), test = _folder.Combine("test.csv"),
        longest = _folder.Combine("long.txt");
        await File.WriteAllLinesAsync(
            path, ["id;name", .. Enumerable.Range(0, 60).Select(i => $"{i};{i / 10}{i % 10}")], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(test, ["name", "70", "", "much too long", "71", "x"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(longest, "much too long\n", TestContext.Current.CancellationToken);
        var comma = await RunAsync("train", path, "--column", "name", "--delimiter", ",", "--model", model);
        Assert.Contains("Is the delimiter right (--delimiter)?", comma.Error, StringComparison.Ordinal);
        await RunJsonAsync("train", path, "--column", "name", "--model", model, "--quick", "--epochs", "1", "--rounds",
            "0", "--json");

        var run = await RunAsync("evaluate", model, "--test", test, "--column", "name", "-n", "20");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(
            "3 of the 4 sequences can be used; left out: 1 with more than 2 tokens, the model's limit (the longest has 13)",
            run.Error, StringComparison.Ordinal);
        Assert.Contains("they match nothing that it generates", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("to train on", run.Error, StringComparison.Ordinal);
        Assert.Contains("The model's limit is 2 tokens; the longest sequence has 13 tokens",
            (await RunAsync("evaluate", model, "--test", longest)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FileThatIsNoModel_SaysSo()
    {
        string path = _folder.Combine("m.seqgan");
        await File.WriteAllTextAsync(path, "This is no model.", TestContext.Current.CancellationToken);

        var run = await RunAsync("generate", path);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
    }

    private string WriteSentences(string name, int first, int count)
    {
        string[] subjects = ["dog", "cat", "horse", "bird", "fish"], verbs = ["saw", "followed", "found", "liked", "lost"];
        string[] adjectives = ["old", "small", "red", "quiet"], objects = ["house", "tree", "road", "river", "hill", "town"];
        string path = _folder.Combine(name);
        File.WriteAllLines(path, Enumerable.Range(first, count).Select(i => i * 7 % 600).Select(i =>
            $"The {adjectives[i % 4]} {subjects[i / 4 % 5]} {verbs[i / 20 % 5]} a {objects[i / 100 % 6]}."));
        return path;
    }

    private static async Task<JsonElement> RunJsonAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return json.RootElement.Clone();
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
}
