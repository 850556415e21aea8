using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SeqGan.Tests;

/// <summary>How runs of the command-line tool end, and what they say meanwhile.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolRunTests(ToolRunTests.Model model) : IClassFixture<ToolRunTests.Model>, IDisposable
{
    // For machines under load: what is tested takes a second.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _deadline = new(s_deadline);

    private CancellationToken Limit => _deadline.Token;

    public void Dispose()
    {
        _deadline.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--temperature", "1.1")]
    [InlineData("--json")]
    [InlineData("--novel")]
    public async Task Generate_ReaderHasGone_EndsQuietly(params string[] more)
    {
        SkipOnWindows();
        using Process process = Start(["generate", await model.PathAsync(), "-n", "2000000000", "--seed", "1", .. more]);
        try
        {
            Assert.NotNull(await process.StandardOutput.ReadLineAsync(Limit));
            process.StandardOutput.Close();

            Assert.Equal("", await process.StandardError.ReadToEndAsync(Limit));
            await process.WaitForExitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(141, process.ExitCode);
    }

    [Fact]
    public async Task Generate_TwoCommandsIntoOneFile_DoNotWriteOverEachOther()
    {
        SkipOnWindows();
        string file = _folder.Combine("both.txt"), path = await model.PathAsync();
        using Process process = BuiltProgram.StartInScript(
            "src/SeqGan.Tool", $"{{ \"$@\"; echo after; }} > '{file}'", "generate", path, "-n", "50", "--seed", "1");
        await process.WaitForExitAsync(Limit);

        string[] lines = await File.ReadAllLinesAsync(file, Limit);
        Assert.Equal((51, "after"), (lines.Length, lines[^1]));
    }

    [Fact]
    public async Task Generate_PipeDoesNotBlockAndItsReaderIsSlow_LosesNothing()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Other systems may have a dd that cannot make a pipe non-blocking.");
        const int Count = 60_000;
        string file = _folder.Combine("lines.txt"), path = await model.PathAsync();
        // The pipe holds less than what is generated before anybody reads the rest.
        string script = $"{{ dd oflag=nonblock count=0 status=none; \"$@\"; }} | {{ head -c 1; sleep 0.5; cat; }} > '{file}'";
        using Process process = BuiltProgram.StartInScript("src/SeqGan.Tool", script, "generate", path, "-n", $"{Count}", "--seed", "1");

        Assert.DoesNotContain("cannot be written", await process.StandardError.ReadToEndAsync(Limit), StringComparison.Ordinal);
        await process.WaitForExitAsync(Limit);

        string[] lines = await File.ReadAllLinesAsync(file, Limit);
        Assert.Equal(Count, lines.Length);
        Assert.Equal(
            (await BuiltProgram.RunAsync("src/SeqGan.Tool", "generate", path, "-n", $"{Count}", "--seed", "1")).Output,
            string.Concat(lines.Select(line => $"{line}\n")));
    }

    [Fact]
    public async Task Generate_InterruptedWhileNobodyReads_Ends()
    {
        SkipOnWindows();
        using Process process = Start("generate", await model.PathAsync(), "-n", "2000000000");
        try
        {
            Assert.NotNull(await process.StandardOutput.ReadLineAsync(Limit));
            await SignalAsync(process, "TERM");

            // Its output stays unread: it may be full, and the program blocked.
            await process.WaitForExitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Interrupted.", await process.StandardError.ReadToEndAsync(Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_TwoSignalsAtOnce_AreOneAndTheModelIsWritten()
    {
        SkipOnWindows();
        string path = _folder.Combine("m.seqgan");
        using Process process = await StartTrainingAsync(path);
        string output;
        try
        {
            await SignalAsync(process, "TERM", "TERM");
            output = await process.StandardOutput.ReadToEndAsync(Limit);
            Assert.Contains("Interrupted: ", await process.StandardError.ReadToEndAsync(Limit), StringComparison.Ordinal);
            await process.WaitForExitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("what was learned so far is in", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^NLL_test [\d.]+ nats a token(, [\d.]+ before the adversarial training)? \(lower is better\)\.$", output);
        Assert.Equal(0, (await BuiltProgram.RunAsync("src/SeqGan.Tool", "generate", path)).ExitCode);
    }

    [Fact]
    public async Task Train_InterruptedBeforeTheFirstStep_KeepsTheModelThatIsThere()
    {
        SkipOnWindows();
        string path = _folder.Combine("m.seqgan");
        await File.WriteAllTextAsync(path, "an earlier model", Limit);
        // Its steps are slow enough for a slow signal.
        using Process process = Start("train", WriteLines(length: 400), "--model", path, "--epochs", "100000", "--rounds", "0");
        string error = "";
        try
        {
            while (await process.StandardError.ReadLineAsync(Limit) is { } line &&
                !line.Contains("tokens in the vocabulary", StringComparison.Ordinal))
            {
            }

            await SignalAsync(process, "TERM");
            error = await process.StandardError.ReadToEndAsync(Limit);
            await process.WaitForExitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("no model was written", error, StringComparison.Ordinal);
        Assert.Equal("an earlier model", await File.ReadAllTextAsync(path, Limit));
        Assert.False(Directory.Exists($"{path}.checkpoints"));
    }

    [Fact]
    public async Task Train_CtrlCLongAfterTheFirst_EndsAtOnceAndSaysSo()
    {
        SkipOnWindows();
        if (!File.Exists("/usr/bin/env") || (await ShellAsync("env --default-signal=INT true")) != 0)
            Assert.Skip("There is no way to make a signal that is ignored here count.");
        string file = WriteLines(), path = _folder.Combine("m.seqgan"), pipe = _folder.Combine("pipe");
        // A full pipe that is never read from holds up what the training says at its end.
        string filled = $"mkfifo '{pipe}'; exec 3<>'{pipe}'; timeout 1 head -c 10000000 /dev/zero >&3";
        using Process process = BuiltProgram.StartInScript(
            "src/SeqGan.Tool", $"{filled}; exec env --default-signal=INT \"$@\" >&3", "train", file, "--model", path, "--epochs", "100000",
            "--rounds", "0", "--hidden-size", "8", "--held-out", "0");
        try
        {
            while (await process.StandardError.ReadLineAsync(Limit) is { } line && !line.Contains(" left", StringComparison.Ordinal))
            {
            }

            await SignalAsync(process, "TERM");
            while (!File.Exists(path))
                await Task.Delay(20, Limit);
            Task<string> error = process.StandardError.ReadToEndAsync(Limit);
            do
            {
                await Task.Delay(TimeSpan.FromSeconds(3.5), Limit);
                await SignalAsync(process, "INT");
            }
            while (await Task.WhenAny(error, Task.Delay(1000, Limit)) != error);

            Assert.Contains("Ended at once; what was not written yet is lost.", await error, StringComparison.Ordinal);
            await process.WaitForExitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(130, process.ExitCode);
        Assert.Equal(0, (await BuiltProgram.RunAsync("src/SeqGan.Tool", "info", path)).ExitCode);
    }

    [Fact]
    public async Task Train_OutputIsNoTerminal_SaysTheTimeLeftAndEarlyEnds()
    {
        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", EarlyEnding(_folder.Combine("m.seqgan")));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches(@"(?m)^GeneratorPretraining \d+/60 \(\d+%\).*, \d+:\d\d:\d\d left$", run.Error);
        Assert.Matches(
            @"(?m)^GeneratorPretraining stopped early after \d+ of 60 epochs: nll_test has not improved on [\d.]+ for 20 values$",
            run.Error);
    }

    [Fact]
    public async Task Train_Minutes_PlansByTheTimeAndKeepsThePlanWhenItIsResumed()
    {
        string[] arguments =
        [
            "train", WriteLines(), "--model", _folder.Combine("m.seqgan"), "--checkpoints", _folder.Combine("c"), "--network", "lstm",
            "--hidden-size", "16", "--minutes", "0.1", "--rounds", "0",
        ];

        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
        var resumed = await BuiltProgram.RunAsync("src/SeqGan.Tool", [.. arguments, "--resume"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Match plan = Regex.Match(
            run.Error, @"(?m)^The plan: Lstm, [12] layers? of 16 units, .*, [0-9]+ epochs, 0 adversarial rounds, for 108 ");
        Assert.True(plan.Success, run.Error);
        Assert.Contains(plan.Value, resumed.Error, StringComparison.Ordinal);
        Assert.Contains("--minutes is not measured again", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnATerminal_ShowsTheTimeLeftAndEarlyEnds()
    {
        SkipWithoutTerminal();
        using Process process = BuiltProgram.StartOnTerminal("src/SeqGan.Tool", EarlyEnding(_folder.Combine("m.seqgan")));

        string text = WithoutEscapes(await process.StandardOutput.ReadToEndAsync(Limit));
        await process.WaitForExitAsync(Limit);

        Assert.True(process.ExitCode == 0, text);
        Assert.Matches(@"\d+:\d\d:\d\d left", text);
        Assert.Matches(@"likelihood +stopped early: \d+ of 60 epochs +━+ +100%", text);
        // What stays on the screen: a full bar for each phase.
        string last = text[text.LastIndexOf("likelihood", StringComparison.Ordinal)..];
        Assert.Equal(3, Regex.Count(last, "100%"));
        Assert.DoesNotContain(" left", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_TerminalCloses_WritesTheModel()
    {
        string path = _folder.Combine("m.seqgan");
        (Process terminal, int training) = await StartTrainingOnTerminalAsync(path);
        using (terminal)
            terminal.Kill();

        // Nothing that it prints arrives anywhere any more.
        while (Directory.Exists($"/proc/{training}"))
            await Task.Delay(20, Limit);

        Assert.Equal(0, (await BuiltProgram.RunAsync("src/SeqGan.Tool", "info", path)).ExitCode);
    }

    [Fact]
    public async Task Train_InterruptedOnATerminal_LeavesBarsThatStandStill()
    {
        (Process terminal, int training) = await StartTrainingOnTerminalAsync(_folder.Combine("m.seqgan"));
        using Process process = terminal;
        await ShellAsync($"kill -TERM {training}");

        string text = WithoutEscapes(await process.StandardOutput.ReadToEndAsync(Limit));
        await process.WaitForExitAsync(Limit);

        Assert.Equal(130, process.ExitCode);
        string last = text[text.LastIndexOf("likelihood", StringComparison.Ordinal)..];
        Assert.Contains("adversarial", last, StringComparison.Ordinal);
        Assert.Contains("what was learned so far is in", last, StringComparison.Ordinal);
        Assert.DoesNotContain(" left", last, StringComparison.Ordinal);
        // The characters of a spinner.
        Assert.DoesNotMatch(@"[\u2800-\u28FF]", last);
    }

    private static string WithoutEscapes(string text) => Regex.Replace(text, @"\x1b\[[0-9;?]*[A-Za-z]", "");

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no such signals and pipes.");
    }

    private static void SkipWithoutTerminal()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
            Assert.Skip("There is no program that gives a terminal.");
    }

    private static Process Start(params string[] arguments) => BuiltProgram.Start("src/SeqGan.Tool", arguments);

    // All of them before the program can have looked at the first.
    private async Task SignalAsync(Process process, params string[] signals) =>
        await ShellAsync(string.Join("; ", signals.Select(signal => $"kill -{signal} {process.Id}")));

    private async Task<int> ShellAsync(string command)
    {
        using Process shell = Process.Start("/bin/sh", ["-c", command]);
        await shell.WaitForExitAsync(Limit);
        return shell.ExitCode;
    }

    // Random letters, of which a model learns nothing but by heart.
    private string WriteLines(int count = 120, int length = 12)
    {
        string file = _folder.Combine("train.txt");
        var key = new RandomKey(1, RandomPurpose.Sampling);
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(row =>
            string.Concat(Enumerable.Range(0, length).Select(column => (char)('a' + (int)(6 * key.NextUniform(row, 0, column)))))));
        return file;
    }

    private string[] EarlyEnding(string path) =>
        ["train", WriteLines(), "--model", path, "--quick", "--epochs", "60", "--rounds", "1", "--hidden-size", "256"];

    // Returns when it trains adversarially, with the process in the terminal.
    private async Task<(Process Terminal, int Training)> StartTrainingOnTerminalAsync(string path)
    {
        SkipWithoutTerminal();
        Process terminal = BuiltProgram.StartOnTerminal("src/SeqGan.Tool", EndlessTraining(path));
        string text = "";
        char[] buffer = new char[4096];
        while (!Regex.IsMatch(text, @"adversarial.*\d left"))
        {
            int read = await terminal.StandardOutput.ReadAsync(buffer, Limit);
            Assert.True(read > 0, text);
            text = WithoutEscapes(text + new string(buffer, 0, read));
        }

        return (terminal, Directory.GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Where(folder => CommandOf(folder) is [var program, ..] command && program.EndsWith("dotnet", StringComparison.Ordinal)
                && command.Contains(path))
            .Select(folder => int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)).Single());
    }

    private static string[] CommandOf(string processFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, "cmdline")).Split('\0');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string[] EndlessTraining(string path) =>
        ["train", WriteLines(), "--model", path, "--quick", "--hidden-size", "16", "--epochs", "2", "--rounds", "100000"];

    // Returns when it trains.
    private async Task<Process> StartTrainingAsync(string path)
    {
        Process process = Start(EndlessTraining(path));
        while (await process.StandardError.ReadLineAsync(Limit) is { } line && !line.Contains(" left", StringComparison.Ordinal))
        {
        }

        return process;
    }

    /// <summary>A model that several tests generate with.</summary>
    public sealed class Model : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Lazy<Task<string>> _path;

        public Model() => _path = new(TrainAsync);

        public void Dispose() => _folder.Dispose();

        internal Task<string> PathAsync() => _path.Value;

        private async Task<string> TrainAsync()
        {
            (string file, string path) = (_folder.Combine("names.txt"), _folder.Combine("m.seqgan"));
            await File.WriteAllLinesAsync(
                file, from first in "abcdefg" from second in "aeiou" from third in "lmn" select $"{first}{second}{third}",
                TestContext.Current.CancellationToken);
            var run = await BuiltProgram.RunAsync(
                "src/SeqGan.Tool", "train", file, "--model", path, "--quick", "--epochs", "1", "--rounds", "0", "--hidden-size", "8");
            Assert.True(run.ExitCode == 0, run.Error);
            return path;
        }
    }
}
