using System.Diagnostics;

namespace SeqGan.Tests.Packages;

/// <summary>Runs the <c>dotnet</c> command in a folder.</summary>
internal static class DotnetCommand
{
    /// <returns>The exit code, and standard output followed by standard error.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Nodes that outlive the command would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Runs it, and skips the test if packages cannot be fetched.</summary>
    /// <returns>The output of a command that succeeded.</returns>
    public static async Task<string> SucceedAsync(string folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await RunAsync(folder, arguments);
        Assert.SkipWhen(output.Contains("NU1301", StringComparison.Ordinal), "The package source cannot be reached.");
        Assert.True(exitCode == 0, output);
        return output;
    }
}
