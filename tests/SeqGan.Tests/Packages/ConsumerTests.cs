namespace SeqGan.Tests.Packages;

/// <summary>What happens to somebody who references the packages, in projects whose first use of libtorch is TorchSharp's.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ConsumerTests(Consumers consumers) : IClassFixture<Consumers>
{
    private const string Sum = "sum 2";
    private const string Message = "must call SeqGan.Native.LibTorch.Initialize() before it uses TorchSharp, unless it uses SeqGan first.";

    [Fact]
    public async Task Program_WithSeqGanAndLibTorch_HasAtMostTenMegabytesMoreThanOneOfTorchSharp()
    {
        await consumers.BuiltAsync();
        long with = SizeOf("WithSeqGan"), without = SizeOf("WithTorchSharp");

        Assert.InRange(with - without, 0, 10_000_000);
        Assert.InRange(without, 400_000_000, long.MaxValue); // libtorch is there.
        Assert.DoesNotContain(Files("WithSeqGan"), file => file.Name == "libSkiaSharp.pdb");
        Assert.Equal((0, Sum), await RunAsync("WithSeqGan"));
    }

    [Fact]
    public async Task TestProject_OfTheTemplate_LoadsLibTorch()
    {
        await consumers.BuiltAsync();

        string output = await DotnetCommand.SucceedAsync(consumers.FolderOf("UnitTests"), "test", "-c", "Release", "--no-build");

        Assert.Contains("Passed:     1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_InFSharp_IsToldWhatToCall()
    {
        string output = await consumers.BuiltAsync();

        Assert.Contains($"InFSharp {Message}", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"WithSeqGan {Message}", output, StringComparison.Ordinal);
        Assert.Equal((0, Sum), await RunAsync("InFSharp"));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("runtime's")]
    public async Task Library_LoadedByAHost_LoadsLibTorch(string context) =>
        Assert.Equal((0, Sum), await RunAsync("Host", context, "TorchSharpFirst"));

    [Fact]
    public async Task Library_LoadedByAHostThatLoadsNativeLibrariesItself_WorksOrSaysWhatToChange()
    {
        (_, string output) = await RunAsync("Host", "own", "SeqGanFirst");

        if (LibTorch.IsSystemAffected())
        {
            Assert.StartsWith("LibTorchNotAvailableException: The host's load context plugins loads LibTorchSharp itself and fails: " +
                "this system's libstdc++ is older than GCC 13's (GLIBCXX_3.4.32). SeqGan can load a repaired copy if the context's " +
                "LoadUnmanagedDll returns 0 for LibTorchSharp.", output, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Sum, output);
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string project, params string[] arguments)
    {
        await consumers.BuiltAsync();
        (int exitCode, string output) = await consumers.RunAsync(project, arguments);
        return (exitCode, output.Trim());
    }

    private long SizeOf(string project) =>
        Files(project).Sum(file => ((FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file).Length);

    private IEnumerable<FileInfo> Files(string project) =>
        new DirectoryInfo(consumers.OutputOf(project)).EnumerateFiles("*", SearchOption.AllDirectories);
}
