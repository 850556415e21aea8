using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqGan.Tests;

/// <summary>Runs a program of this repository as a user does.</summary>
internal static class BuiltProgram
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string project, params string[] arguments)
    {
        using Process process = Start(project, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static Process Start(string project, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(DotnetPath(), [PathOf(project), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Starts it in a shell, which redirects its output as it is told to.</summary>
    public static Process StartInShell(string project, string redirection, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"\"$@\" {redirection}", "sh", DotnetPath(), PathOf(project), .. arguments]) { RedirectStandardError = true })!;

    // From tests/SeqGan.Tests/bin/<configuration>/net10.0 to the same in the project's folder.
    private static string PathOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, project, "bin", output.Parent.Name, output.Name, $"{Path.GetFileName(project)}.dll");
    }

    private static string DotnetPath()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        return Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
