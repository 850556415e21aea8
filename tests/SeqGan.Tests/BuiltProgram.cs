using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqGan.Tests;

/// <summary>Runs a program of this repository as a user does.</summary>
internal static class BuiltProgram
{
    /// <summary>The folder that programs run in; a test in this process may set another for itself.</summary>
    public static string Folder => AppContext.BaseDirectory;

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string project, params string[] arguments)
    {
        using Process process = Start(project, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static Process Start(string project, params string[] arguments) =>
        Start(new ProcessStartInfo(DotnetPath(), [PathOf(project), .. arguments]) { RedirectStandardOutput = true });

    /// <summary>Starts it in a shell that redirects its output.</summary>
    public static Process StartInShell(string project, string redirection, params string[] arguments) =>
        StartInScript(project, $"\"$@\" {redirection}", arguments);

    /// <summary>Starts a shell's script, in which <c>"$@"</c> is the program with its arguments.</summary>
    public static Process StartInScript(string project, string script, params string[] arguments) =>
        Start(new ProcessStartInfo("/bin/sh", ["-c", script, "sh", DotnetPath(), PathOf(project), .. arguments]));

    /// <summary>Starts it in a terminal of its own, whose text is its output; Linux alone has the program for that.</summary>
    public static Process StartOnTerminal(string project, params string[] arguments)
    {
        string command = string.Join(' ', new[] { DotnetPath(), PathOf(project) }.Concat(arguments).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("script", ["-qefc", command, "/dev/null"]) { RedirectStandardOutput = true };
        (start.Environment["TERM"], start.Environment["SHELL"]) = ("xterm", "/bin/sh");
        return Start(start);
    }

    private static Process Start(ProcessStartInfo start)
    {
        (start.RedirectStandardError, start.WorkingDirectory) = (true, Folder);
        return Process.Start(start)!;
    }

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
