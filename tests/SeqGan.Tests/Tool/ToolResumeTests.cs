using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SeqGan.Tests;

/// <summary>Interrupts, kills and resumes <c>seqgan train</c>.</summary>
public sealed class ToolResumeTests : IDisposable
{
    private const int Rounds = 6;

    // The undisturbed training, once for all tests.
    private static readonly Lazy<Task<Results>> s_undisturbed = new(UndisturbedAsync);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("KILL", 137, "\"round\":4,", "Adversarial\",\"round\":1,", "Adversarial\",\"round\":3,")]
    [InlineData("TERM", 130, "Adversarial\",\"round\":2,")]
    public async Task Train_StoppedAgainAndAgain_ResumeGivesTheUndisturbedResults(string signal, int exitCode, params string[] moments)
    {
        SkipWithoutSignals();
        string[] arguments = [.. Arguments(_folder), "--checkpoint-interval", "0.05"];
        for (int i = 0; i < moments.Length; i++)
        {
            string moment = moments[i];
            using Process stopped = await StartAndStopAsync(i == 0 ? arguments : [.. arguments, "--resume"], signal, line => line.Contains(moment, StringComparison.Ordinal));
            Assert.Equal(exitCode, stopped.ExitCode);
        }

        var run = await RunAsync([.. arguments, "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("The training resumes from", run.Error, StringComparison.Ordinal);
        Results expected = await s_undisturbed.Value, results = await Results.ReadAsync(_folder, run.Output);
        Assert.Equal(expected.Model, results.Model);
        Assert.Equal(expected.MleModel, results.MleModel);
        Assert.Equal(expected.Figures, results.Figures);
        Assert.Equal(expected.Rounds, results.Rounds);
        Assert.Equal(expected.Curves, results.Curves);
        Assert.False(Directory.Exists(Checkpoints()));
    }

    [Fact]
    public async Task Train_Interrupted_SaysHowToGoOnAndKeepsTheCheckpoints()
    {
        SkipWithoutSignals();
        using Process process = await StartAndStopAsync(Arguments(_folder)[..^1], "TERM", line => line.Contains("Adversarial", StringComparison.Ordinal));

        Assert.Contains("--resume goes on", await process.StandardOutput.ReadToEndAsync(Token), StringComparison.Ordinal);
        Assert.NotEmpty(CheckpointInfo.List(Checkpoints()));

        // What is there is not trained over.
        byte[] model = await File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token);
        var again = await RunAsync(Arguments(_folder));
        Assert.Equal((2, ""), (again.ExitCode, again.Output));
        Assert.Contains("Go on with it by --resume", again.Error, StringComparison.Ordinal);
        Assert.Equal(model, await File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token));
    }

    [Fact]
    public async Task Train_ResumeWithOtherSizes_SaysWhichInTheToolsWords()
    {
        await WriteCheckpointAsync();
        foreach ((string message, string option, string value) in ((string, string, string)[])
        [
            ("--hidden-size was 64 and is 32 now", "--hidden-size", "32"),
            ("--seed was 3 and is 4 now", "--seed", "4"),
            ("--tokens was 'words' and is 'characters' now", "--tokens", "chars"),
            ("what FILE has to train on was", "--max-sequences", "300"),
        ])
        {
            var run = await RunAsync([.. Arguments(_folder).Append("--resume").Where((_, i) => !IsOption(i, option)), option, value]);

            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }

        Assert.NotEmpty(CheckpointInfo.List(Checkpoints()));
    }

    [Fact]
    public async Task Train_ResumeWithMoreRounds_TrainsOn()
    {
        await WriteCheckpointAsync();

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("--rounds was 0", run.Error, StringComparison.Ordinal);
        Assert.Equal((await s_undisturbed.Value).Model, await File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token));
        // Those in a folder that was named stay.
        Assert.NotEmpty(CheckpointInfo.List(Checkpoints()));
    }

    [Fact]
    public async Task Train_ResumeWithTheNewestDamaged_NamesItAndTakesTheOneBefore()
    {
        await WriteCheckpointAsync();
        string newest = CheckpointInfo.List(Checkpoints())[0].Path;
        foreach (string file in Directory.GetFiles(newest))
            await File.WriteAllBytesAsync(file, [1, 2, 3], Token);

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"Checkpoint {newest} is skipped", run.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(newest));
        Assert.Equal((await s_undisturbed.Value).Model, await File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token));
    }

    [Fact]
    public async Task Train_ResumeWithAGeneratorThatCannotBe_RefusesAtTheStartInOneLine()
    {
        await WriteCheckpointAsync();
        CheckpointInfo[] checkpoints = [.. CheckpointInfo.List(Checkpoints())];
        foreach (CheckpointInfo checkpoint in checkpoints)
            ReplacePart(checkpoint.Path, "observer-MleState-1", [1, 2, 3, 4, 5, 6, 7, 8, 9]);

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints(), "--resume"]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("the state of observer-MleState-1 does not fit", run.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FolderOfATrainingThatHasEnded_SaysWhatIsTrue()
    {
        await WriteCheckpointAsync();

        var run = await RunAsync([.. Arguments(_folder), "--checkpoints", Checkpoints()]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("holds checkpoints of an earlier training", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("has not ended", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ResumeWithoutCheckpoints_SaysSoAndBeginsAnew()
    {
        var run = await RunAsync([.. Arguments(_folder), "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("has no checkpoint: the training starts from the beginning", run.Error, StringComparison.Ordinal);
        Assert.Equal((await s_undisturbed.Value).Model, await File.ReadAllBytesAsync(_folder.Combine("m.seqgan"), Token));
    }

    private static async Task<Results> UndisturbedAsync()
    {
        using var folder = new TemporaryFolder();
        var run = await RunAsync(Arguments(folder));
        Assert.True(run.ExitCode == 0, run.Error);
        return await Results.ReadAsync(folder, run.Output);
    }

    private static string[] Arguments(TemporaryFolder folder)
    {
        string[] subjects = ["dog", "cat", "horse", "bird", "fish"], verbs = ["saw", "followed", "found", "liked", "lost"], objects = ["house", "tree", "road", "river", "hill", "town"];
        string file = folder.Combine("train.txt");
        File.WriteAllLines(file, Enumerable.Range(0, 400).Select(i => $"The {subjects[i % 5]} {verbs[i / 5 % 5]} a {objects[i / 25 % 6]} and a {objects[(i / 25 + i / 150 + 1) % 6]}."));
        return
        [
            "train", file, "--model", folder.Combine("m.seqgan"), "--mle-model", folder.Combine("mle.seqgan"), "--log", folder.Combine("run.jsonl"), "--report", folder.Combine("r.html"),
            "--tensorboard", folder.Combine("events"), "--tokens", "words", "--seed", "3", "--rounds", $"{Rounds}", "--quick", "--json",
        ];
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments) => BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);

    private static void SkipWithoutSignals()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signal to send to a process of one's own.");
    }

    private string Checkpoints() => _folder.Combine("m.seqgan.checkpoints");

    // An option and the value behind it.
    private bool IsOption(int index, string option)
    {
        int at = Array.IndexOf(Arguments(_folder), option);
        return at >= 0 && (index == at || index == at + 1);
    }

    // The training up to the adversarial phase, as if it had been killed there.
    private async Task WriteCheckpointAsync()
    {
        var run = await RunAsync([.. Arguments(_folder).Select(argument => argument == $"{Rounds}" ? "0" : argument), "--checkpoints", Checkpoints()]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    // Checksums included: as a stranger would who means it.
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

    private async Task<Process> StartAndStopAsync(string[] arguments, string signal, Predicate<string> isTime)
    {
        Process process = BuiltProgram.Start("src/SeqGan.Tool", arguments);
        // Or it waits for a reader when the pipe is full.
        Task<string> error = process.StandardError.ReadToEndAsync(Token);
        while (!process.HasExited && !Lines(_folder).Any(line => isTime(line)))
            await Task.Delay(5, Token);
        using (Process kill = Process.Start("kill", $"-{signal} {process.Id}"))
            await kill.WaitForExitAsync(Token);
        await process.WaitForExitAsync(Token);
        await error;
        return process;
    }

    private static string[] Lines(TemporaryFolder folder)
    {
        string path = folder.Combine("run.jsonl");
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What a training leaves, without its times.</summary>
    private sealed record Results(byte[] Model, byte[] MleModel, string Figures, string[] Rounds, string[] Curves)
    {
        private static readonly string[] s_times = ["elapsed_seconds", "remaining_seconds", "tokens_per_second", "steps_per_second", "seconds", "model", "mle_model", "report", "checkpoints"];

        public static async Task<Results> ReadAsync(TemporaryFolder folder, string output) => new(
            await File.ReadAllBytesAsync(folder.Combine("m.seqgan"), Token),
            await File.ReadAllBytesAsync(folder.Combine("mle.seqgan"), Token),
            WithoutTimes(output),
            // Reports from within rounds come by the clock.
            [.. Lines(folder).Where(line => line.Contains("\"end_of_round\":true", StringComparison.Ordinal)).Select(WithoutTimes)],
            [.. (await File.ReadAllTextAsync(folder.Combine("r.html"), Token)).Split("<path ").Skip(1).Select(path => path[..path.IndexOf('>', StringComparison.Ordinal)])]);

        private static string WithoutTimes(string json)
        {
            JsonObject values = JsonNode.Parse(json)!.AsObject();
            foreach (string name in s_times)
                values.Remove(name);
            return values.ToJsonString();
        }
    }
}
