using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SeqGan.Tests;

/// <summary>Interrupts, kills and resumes <c>seqgan train</c>.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolResumeTests(ToolResumeTests.Trainings trainings) : IClassFixture<ToolResumeTests.Trainings>, IDisposable
{
    private const string Rounds = "3";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_KilledAgainAndAgain_ResumeGivesTheUndisturbedResults()
    {
        SkipWithoutSignals();
        string[] arguments = [.. Arguments(_folder), .. Outputs(_folder), "--checkpoint-interval", "0.05"];
        Assert.Equal(137, (await StartAndStopAsync(arguments, "KILL", "\"round\":3,")).ExitCode);
        Assert.Equal(137, (await StartAndStopAsync([.. arguments, "--resume"], "KILL", "Adversarial\",\"round\":2,")).ExitCode);

        await AssertResumeGivesTheUndisturbedResultsAsync(arguments);
    }

    [Fact]
    public async Task Train_Interrupted_SaysHowToResumeAndGivesTheUndisturbedResultsThen()
    {
        SkipWithoutSignals();
        string[] arguments = [.. Arguments(_folder), .. Outputs(_folder)];

        var interrupted = await StartAndStopAsync(arguments[..^1], "TERM", "Adversarial\",\"round\":1,");

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("--resume continues", interrupted.Output, StringComparison.Ordinal);
        Assert.NotEmpty(CheckpointInfo.List(Checkpoints()));

        // What is there is not trained over.
        byte[] model = await ModelAsync();
        var again = await RunAsync(arguments);
        Assert.Equal((2, ""), (again.ExitCode, again.Output));
        Assert.Contains("Use --resume to continue it", again.Error, StringComparison.Ordinal);
        Assert.Equal(model, await ModelAsync());
        await AssertResumeGivesTheUndisturbedResultsAsync(arguments);
    }

    [Fact]
    public async Task Train_ResumeWithOtherSizes_SaysWhichInTheToolsWords()
    {
        await trainings.CopyPretrainedAsync(_folder);
        string[] fixedOnes = ["--hidden-size", "--seed", "--tokens"];
        string[] arguments = Arguments(_folder);
        string[] others =
            [.. arguments.Where((argument, i) => !fixedOnes.Contains(argument) && !fixedOnes.Contains(arguments[Math.Max(0, i - 1)]))];

        var run = await RunAsync(
            [.. others, "--resume", "--hidden-size", "32", "--seed", "4", "--tokens", "chars", "--max-sequences", "300", "--checkpoints",
                Checkpoints()]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--hidden-size was 16 and is 32 now", run.Error, StringComparison.Ordinal);
        Assert.Contains("--seed was 3 and is 4 now", run.Error, StringComparison.Ordinal);
        Assert.Contains("--tokens was 'words' and is 'characters' now", run.Error, StringComparison.Ordinal);
        Assert.Contains("what FILE has to train on was", run.Error, StringComparison.Ordinal);
        Assert.NotEmpty(CheckpointInfo.List(Checkpoints()));
    }

    [Fact]
    public async Task Train_ResumeWithMoreRoundsAndTheNewestDamaged_NamesItAndTrainsOnFromTheOneBefore()
    {
        await trainings.CopyPretrainedAsync(_folder);
        string newest = CheckpointInfo.List(Checkpoints())[0].Path;
        foreach (string file in Directory.GetFiles(newest))
            await File.WriteAllBytesAsync(file, [1, 2, 3], Token);

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("--rounds was 1", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Checkpoint {newest} is skipped", run.Error, StringComparison.Ordinal);
        Assert.Equal((await trainings.Undisturbed).Model, await ModelAsync());
        // Those in a folder that was named stay.
        Assert.True(Directory.Exists(newest));
    }

    [Fact]
    public async Task Train_ResumeWithAGeneratorThatCannotBe_RefusesAtTheStartInOneLine()
    {
        await trainings.CopyPretrainedAsync(_folder);
        CheckpointInfo[] checkpoints = [.. CheckpointInfo.List(Checkpoints())];
        foreach (CheckpointInfo checkpoint in checkpoints)
            ReplacePart(checkpoint.Path, "observer-MleState", [1, 2, 3, 4, 5, 6, 7, 8, 9]);

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("the state of observer-MleState does not fit", run.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FolderOfATrainingThatHasEnded_SaysWhatIsTrue()
    {
        await trainings.CopyPretrainedAsync(_folder);

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints()]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("holds checkpoints of an earlier training", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("has not ended", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ResumeWithoutCheckpoints_SaysSoAndBeginsAnew()
    {
        var run = await RunAsync([.. Arguments(_folder, rounds: "1"), "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("has no checkpoint: the training starts from the beginning", run.Error, StringComparison.Ordinal);
        Assert.Equal(await trainings.PretrainedModelAsync(), await ModelAsync());
    }

    [Fact]
    public async Task Train_WithoutRounds_MayHaveThemLater()
    {
        string[] arguments = [.. Arguments(_folder, rounds: "0"), .. Outputs(_folder), "--checkpoints", Checkpoints()];
        var run = await RunAsync(arguments);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("No adversarial rounds", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Lines(_folder), line => line.Contains("\"phase\":\"Adversarial\"", StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(_folder.Combine("mle.seqgan"), Token), await ModelAsync());

        var resumed = await RunAsync([.. Arguments(_folder), .. Outputs(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal((await trainings.Undisturbed).Model, await ModelAsync());
        Assert.Equal((await trainings.Undisturbed).Rounds, (await Results.ReadAsync(_folder, resumed.Output)).Rounds);

        var again = await RunAsync([.. Arguments(_folder, rounds: "0"), .. Outputs(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("No further adversarial rounds", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("alone", again.Error, StringComparison.Ordinal);
    }

    private static string[] Arguments(TemporaryFolder folder, string rounds = Rounds)
    {
        string[] subjects = ["dog", "cat", "horse", "bird", "fish"], verbs = ["saw", "followed", "found", "liked", "lost"];
        string[] objects = ["house", "tree", "road", "river", "hill", "town"];
        string file = folder.Combine("train.txt");
        File.WriteAllLines(file, Enumerable.Range(0, 400).Select(i =>
            $"The {subjects[i % 5]} {verbs[i / 5 % 5]} a {objects[i / 25 % 6]} and a {objects[(i / 25 + i / 150 + 1) % 6]}."));
        return
        [
            "train", file, "--model", folder.Combine("m.seqgan"), "--tokens", "words", "--seed", "3", "--hidden-size", "16",
            "--epochs", "5",
            "--rounds", rounds, "--quick",
        ];
    }

    // The last is --json.
    private static string[] Outputs(TemporaryFolder folder) =>
    [
        "--mle-model", folder.Combine("mle.seqgan"), "--log", folder.Combine("run.jsonl"), "--report", folder.Combine("r.html"),
        "--tensorboard", folder.Combine("events"), "--json",
    ];

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);

    private static void SkipWithoutSignals()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signal to send to a process of one's own.");
    }

    private string Checkpoints() => _folder.Combine("m.seqgan.checkpoints");

    private Task<byte[]> ModelAsync() => File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token);

    private async Task AssertResumeGivesTheUndisturbedResultsAsync(string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("The training resumes from", run.Error, StringComparison.Ordinal);
        Results expected = await trainings.Undisturbed, results = await Results.ReadAsync(_folder, run.Output);
        Assert.Equal(expected.Model, results.Model);
        Assert.Equal(expected.MleModel, results.MleModel);
        Assert.Equal(expected.Figures, results.Figures);
        Assert.Equal(expected.Rounds, results.Rounds);
        Assert.Equal(expected.Curves, results.Curves);
        Assert.False(Directory.Exists(Checkpoints()));
    }

    // With new checksums, as an attacker would do it.
    private static void ReplacePart(string checkpoint, string component, byte[] state)
    {
        string path = Path.Combine(checkpoint, "manifest.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        JsonNode part = manifest["parts"]!.AsArray().Single(part => (string?)part!["component"] == component)!;
        (part["size"], part["sha256"]) = (state.Length, Convert.ToHexStringLower(SHA256.HashData(state)));
        File.WriteAllBytes(Path.Combine(checkpoint, (string)part["file"]!), state);
        byte[] json = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        File.WriteAllBytes(path, json);
        File.WriteAllText(path + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(json))}  manifest.json\n");
    }

    // Sends the signal when a line of the log has the text.
    private async Task<(int ExitCode, string Output)> StartAndStopAsync(string[] arguments, string signal, string moment)
    {
        using Process process = BuiltProgram.Start("src/SeqGan.Tool", arguments);
        // A process that nobody reads from blocks when its pipe is full.
        Task<string> output = process.StandardOutput.ReadToEndAsync(Token), error = process.StandardError.ReadToEndAsync(Token);
        while (!process.HasExited && !Lines(_folder).Any(line => line.Contains(moment, StringComparison.Ordinal)))
            await Task.Delay(5, Token);
        using (Process kill = Process.Start("kill", $"-{signal} {process.Id}"))
            await kill.WaitForExitAsync(Token);
        await process.WaitForExitAsync(Token);
        await error;
        return (process.ExitCode, await output);
    }

    private static string[] Lines(TemporaryFolder folder)
    {
        string path = folder.Combine("run.jsonl");
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Trainings that several tests compare with or begin with.</summary>
    public sealed class Trainings : IDisposable
    {
        private readonly TemporaryFolder _pretrained = new();
        private readonly Lazy<Task<Results>> _undisturbed = new(TrainUndisturbedAsync);
        private readonly Lazy<Task> _pretraining;

        public Trainings() => _pretraining = new(PretrainAsync);

        internal Task<Results> Undisturbed => _undisturbed.Value;

        public void Dispose() => _pretrained.Dispose();

        /// <summary>The folder of a training with one adversarial round.</summary>
        internal async Task CopyPretrainedAsync(TemporaryFolder folder)
        {
            await _pretraining.Value;
            foreach (string path in Directory.GetFiles(_pretrained.FullName, "*", SearchOption.AllDirectories))
            {
                string copy = folder.Combine(Path.GetRelativePath(_pretrained.FullName, path));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy);
            }
        }

        internal async Task<byte[]> PretrainedModelAsync()
        {
            await _pretraining.Value;
            return await File.ReadAllBytesAsync(_pretrained.Combine("m.seqgan"), Token);
        }

        private async Task PretrainAsync()
        {
            var run =
                await RunAsync([.. Arguments(_pretrained, rounds: "1"), "--checkpoints", _pretrained.Combine("m.seqgan.checkpoints")]);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        private static async Task<Results> TrainUndisturbedAsync()
        {
            using var folder = new TemporaryFolder();
            var run = await RunAsync([.. Arguments(folder), .. Outputs(folder)]);
            Assert.True(run.ExitCode == 0, run.Error);
            return await Results.ReadAsync(folder, run.Output);
        }
    }

    /// <summary>What a training leaves, without its times.</summary>
    internal sealed record Results(byte[] Model, byte[] MleModel, string Figures, string[] Rounds, string[] Curves)
    {
        private static readonly string[] s_times =
        [
            "elapsed_seconds", "remaining_seconds", "tokens_per_second", "steps_per_second", "seconds", "model", "mle_model", "report",
            "checkpoints",
        ];

        public static async Task<Results> ReadAsync(TemporaryFolder folder, string output) => new(
            await File.ReadAllBytesAsync(folder.Combine("m.seqgan"), Token),
            await File.ReadAllBytesAsync(folder.Combine("mle.seqgan"), Token),
            WithoutTimes(output),
            // Reports from within rounds come by the clock.
            [.. Lines(folder).Where(line => line.Contains("\"end_of_round\":true", StringComparison.Ordinal)).Select(WithoutTimes)],
            [
                .. (await File.ReadAllTextAsync(folder.Combine("r.html"), Token)).Split("<path ").Skip(1)
                    .Select(path => path[..path.IndexOf('>', StringComparison.Ordinal)]),
            ]);

        private static string WithoutTimes(string json)
        {
            JsonObject values = JsonNode.Parse(json)!.AsObject();
            foreach (string name in s_times)
                values.Remove(name);
            return values.ToJsonString();
        }
    }
}
