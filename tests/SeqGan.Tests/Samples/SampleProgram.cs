using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqGan.Tests;

/// <summary>Runs a sample as a user does.</summary>
internal static class SampleProgram
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string sample, params string[] arguments)
    {
        var start = new ProcessStartInfo(DotnetPath(), [PathOf(sample), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    // From tests/SeqGan.Tests/bin/<configuration>/net10.0 to the same in samples/<sample>.
    private static string PathOf(string sample)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "samples", sample, "bin", output.Parent.Name, output.Name, $"{sample}.dll");
    }

    private static string DotnetPath()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        return Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
