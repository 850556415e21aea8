using Xunit;

namespace SeqGan.Tests;

public class LibTorchDiagnosisTests
{
    private const string Library = "/app/libLibTorchSharp.so";

    public LibTorchDiagnosisTests() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The messages are those of Linux's loader.");

    [Theory]
    [InlineData("libgomp.so.1", "apt-get install libgomp1")]
    [InlineData("libstdc++.so.6", "apt-get install libstdc++6")]
    [InlineData("libgcc_s.so.1", "apt-get install libgcc-s1")]
    [InlineData("libcuda.so.1", "NVIDIA driver")]
    [InlineData("libcublas.so.12", "TorchSharp-cuda-linux")]
    [InlineData("libgomp-98b21ff3.so.1", "libtorch-cpu-linux-x64 2.10.0")]
    public void Remedy_DependencyMissing_NamesItAndWhatToInstall(string missing, string remedy)
    {
        var text = LibTorchDiagnosis.Remedy(
            Library, $"Unable to load shared library.\n{missing}: cannot open shared object file: No such file or directory\n");

        Assert.StartsWith($"{missing} is missing", text, StringComparison.Ordinal);
        Assert.Contains(remedy, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Remedy_OldStandardLibrary_NamesTheSwitchOfTheRepair()
    {
        var text = LibTorchDiagnosis.Remedy(
            Library, $"/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by {Library})");

        Assert.Contains("SeqGan.LibTorch.DisableRepair", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Remedy_OldSystem_NamesWhatItLacks()
    {
        var text = LibTorchDiagnosis.Remedy(
            Library, $"/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by {Library})");

        Assert.Contains("/lib/x86_64-linux-gnu/libc.so.6 lacks GLIBC_2.34", text, StringComparison.Ordinal);
        Assert.Contains("Ubuntu 22.04 or newer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusedByHost_LibraryIsMissing_NamesTheContextAndKeepsTheSystemsWords()
    {
        var context = System.Runtime.Loader.AssemblyLoadContext.Default;

        LibTorchNotAvailableException failure = LibTorchDiagnosis.RefusedByHost(context, new DllNotFoundException("No such file."));

        Assert.Equal(
            "The host's load context Default loads LibTorchSharp itself and fails: the system says: No such file. SeqGan can look for it " +
            "if the context's LoadUnmanagedDll returns 0 for LibTorchSharp. Change the host, or load the library into the default context.",
            failure.Message);
    }

    [Fact]
    public void OfProgram_TorchSharpFromAnotherFolder_LooksThereForNativeLibrariesOfThePlatform() =>
        Assert.Contains("/plugin/runtimes/linux-x64/native", NativeSearchPath.OfProgram("/plugin/TorchSharp.dll").Folders);

    [Fact]
    public void Remedy_UnknownFailure_KeepsTheSystemsWords() =>
        Assert.Contains("invalid ELF header", LibTorchDiagnosis.Remedy(Library, $"{Library}: invalid ELF header"),
            StringComparison.Ordinal);
}
