using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace SeqGan.Tests;

/// <summary>Runs a program of its own, in which TorchSharp is used before anything of SeqGan.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class LibTorchProbeTests : IDisposable
{
    private const string Scored = "scored 4";

    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Program_EmptyCache_UsesTorchSharpFirst()
    {
        var run = await RunProbe();

        Assert.Equal((0, Scored), (run.ExitCode, run.Output));
        Assert.Equal(LibTorch.IsSystemAffected() ? 1 : 0, Directory.GetFiles(_cache.FullName).Length);
    }

    [Fact]
    public async Task Program_DamagedCache_RebuildsIt()
    {
        await RunProbe();
        var copies = Directory.GetFiles(_cache.FullName);
        foreach (var copy in copies)
        {
            var bytes = File.ReadAllBytes(copy);
            bytes.AsSpan(1000, 400_000).Clear();
            File.WriteAllBytes(copy, bytes);
        }

        var run = await RunProbe();

        Assert.Equal((0, Scored), (run.ExitCode, run.Output));
        Assert.All(copies, copy => Assert.Equal(ElfPatch.Apply(NativeLibraries.TorchSharp), File.ReadAllBytes(copy)));
    }

    [Fact]
    public async Task Program_StartedTwiceAtOnce_BothRun()
    {
        var runs = await Task.WhenAll(RunProbe(), RunProbe());

        Assert.All(runs, run => Assert.Equal((0, Scored), (run.ExitCode, run.Output)));
    }

    [Fact]
    public async Task Program_ThreadsUseTorchSharpFirst_AllRun()
    {
        var run = await RunProbe(arguments: "threads");

        Assert.Equal((0, Scored), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("ensure")]
    [InlineData("use")]
    public async Task Program_RepairDisabledOnAffectedSystem_SaysSo(string how)
    {
        Assert.SkipUnless(LibTorch.IsSystemAffected(), "This system's libstdc++ needs no repair.");

        var run = await RunProbe("SEQGAN_LIBTORCH_DISABLE_REPAIR", "1", how);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(nameof(LibTorchNotAvailableException), run.Error, StringComparison.Ordinal);
        Assert.Contains("SEQGAN_LIBTORCH_DISABLE_REPAIR", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache.FullName));
    }

    [Fact]
    public async Task Program_FolderWithoutLibTorch_NamesThePackage()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The variable is Linux's.");

        var run = await RunProbe("SEQGAN_LIBTORCH_PATH", _cache.FullName, "ensure");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("libc10.so is missing", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OMP_DISPLAY_ENV", "VERBOSE", "GOMP_SPINCOUNT = '10000'")]
    [InlineData("GOMP_SPINCOUNT", "77", "")]
    public async Task Probe_OpenMpThreads_SpinBrieflyUnlessTheUserSaysOtherwise(string variable, string value, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems' libtorch has another OpenMP.");

        var run = await RunProbe(variable, value);

        Assert.True(run.ExitCode == 0, $"Exit code {run.ExitCode}: {run.Error}");
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Invalid value", run.Error, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunProbe(
        string variable = "SEQGAN_LIBTORCH_DISABLE_REPAIR", string value = "0", params string[] arguments)
    {
        var start = new ProcessStartInfo(DotnetPath(), [ProbePath(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SEQGAN_LIBTORCH_CACHE"] = _cache.FullName;
        start.Environment[variable] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output).Trim(), await error);
    }

    // tests/SeqGan.Tests/bin/<configuration>/net10.0 and its neighbour.
    private static string ProbePath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var tests = output.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(tests, "SeqGan.LibTorchProbe", "bin", output.Parent.Name, output.Name, "SeqGan.LibTorchProbe.dll");
    }

    private static string DotnetPath()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        return Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
