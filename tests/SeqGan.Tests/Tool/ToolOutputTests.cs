using System.Diagnostics;

namespace SeqGan.Tests;

/// <summary>Where the results of the command-line tool go, and where they must not go.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolOutputTests : IDisposable
{
    private static readonly string[] s_names =
        [.. from first in "abcdefg" from second in "aeiou" from third in "lmn" select $"{first}{second}{third}"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--model is", "FILE", "--model", "names.txt")]
    [InlineData("--model is", "FILE", "--model", "link.txt")]
    [InlineData("--model is", "FILE", "--model", "linked/names.txt")]
    [InlineData("--log is", "FILE", "--model", "m.seqgan", "--log", "./names.txt")]
    [InlineData("--report is", "--model", "--model", "m.seqgan", "--report", "m.seqgan")]
    [InlineData("--mle-model is", "--model", "--model", "m.seqgan", "--mle-model", "linked/m.seqgan")]
    public async Task Train_TwoPathsOfOneFile_AreRefused(string option, string other, params string[] arguments)
    {
        string file = await WriteNamesAsync();
        File.CreateSymbolicLink(_folder.Combine("link.txt"), "names.txt");
        Directory.CreateSymbolicLink(_folder.Combine("linked"), _folder.FullName);

        var run = await RunAsync(
            ["train", file, .. arguments.Select(argument => argument.StartsWith('-') ? argument : _folder.Combine(argument))]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
        Assert.Contains($"the same file as {other}", run.Error, StringComparison.Ordinal);
        Assert.Equal(s_names, await File.ReadAllLinesAsync(file, Token));
    }

    [Fact]
    public async Task Evaluate_PlotOverItsInput_IsRefused()
    {
        string file = await WriteNamesAsync("names.png");

        var run = await RunAsync("evaluate", _folder.Combine("m.seqgan"), "--test", file, "--sweep", "--plot", file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the same file as --test", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model")]
    [InlineData("--report")]
    [InlineData("--log")]
    public async Task Train_OutputIsAPipe_IsRefusedAndStays(string option)
    {
        SkipOnWindows();
        string file = await WriteNamesAsync(), pipe = _folder.Combine("pipe");
        using (Process make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync(Token);
        string[] model = option == "--model" ? [] : ["--model", _folder.Combine("m.seqgan")];

        var run = await RunAsync(["train", file, option, pipe, .. model]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} is '{pipe}', which is a device or a pipe", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(pipe));
    }

    [Fact]
    public async Task Train_ModelIsALink_WritesWhatItStandsFor()
    {
        string file = await WriteNamesAsync(), link = _folder.Combine("latest.seqgan"), target = _folder.Combine("first.seqgan");
        // Empty, as a script may make it beforehand.
        await File.WriteAllBytesAsync(target, [], Token);
        File.CreateSymbolicLink(link, "first.seqgan");

        var run = await RunAsync("train", file, "--model", link, "--quick", "--epochs", "1", "--rounds", "0");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("first.seqgan", new FileInfo(link).LinkTarget);
        Assert.Equal(0, (await RunAsync("info", target)).ExitCode);
    }

    [Fact]
    public async Task Run_ResultsCannotBeWritten_SaysSoInOneLine()
    {
        SkipOnWindows();
        if (!File.Exists("/dev/full"))
            Assert.Skip("There is no /dev/full here.");
        string file = await WriteNamesAsync(), model = _folder.Combine("m.seqgan");
        var trained = await RunAsync("train", file, "--model", model, "--quick", "--epochs", "1", "--rounds", "0");
        Assert.True(trained.ExitCode == 0, trained.Error);

        await Task.WhenAll(
            from redirection in (string[])["> /dev/full", ">&-", "> /dev/full 2> /dev/full"]
            from arguments in (string[][])[["generate", model, "-n", "20000", "--seed", "1"], ["info", model], ["--help"]]
            select AssertNotWrittenAsync(redirection, arguments));
    }

    private static async Task AssertNotWrittenAsync(string redirection, string[] arguments)
    {
        using Process process = BuiltProgram.StartInShell("src/SeqGan.Tool", redirection, arguments);
        string error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(1, process.ExitCode);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        if (!redirection.Contains("2>", StringComparison.Ordinal))
            Assert.Matches("^The results cannot be written to standard output: [^\n]+\n$", error);
    }

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no such files.");
    }

    private async Task<string> WriteNamesAsync(string name = "names.txt")
    {
        string path = _folder.Combine(name);
        await File.WriteAllLinesAsync(path, s_names, Token);
        return path;
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
}
