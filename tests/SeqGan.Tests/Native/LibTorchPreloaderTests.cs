using System.Runtime.Versioning;
using Xunit;

namespace SeqGan.Tests;

[SupportedOSPlatform("linux")]
public sealed class LibTorchPreloaderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly List<string> _loaded = [];

    public LibTorchPreloaderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux needs the repair.");
        Directory.CreateDirectory(Program);
    }

    private string Program => _temporary.Combine("program");

    private string Cache => _temporary.Combine("cache");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Run_UnaffectedSystem_LoadsNothingAheadAndMakesNoCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Preload(affected: false);

        Assert.Empty(_loaded);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Run_RepairDisabled_LoadsNothingAheadAndMakesNoCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Preload(settings: new LibTorchSettings { RepairDisabled = true, CacheFolder = Cache });

        Assert.Empty(_loaded);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Run_AffectedSystem_LoadsTheProgramsLibrariesAndThenTheCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Preload();

        var copy = Assert.Single(Directory.GetFiles(Cache));
        Assert.Equal([Own("libc10.so"), Own("libtorch_cpu.so"), Own("libtorch.so"), copy], _loaded);
        Assert.Equal(ElfPatch.Apply(NativeLibraries.TorchSharp), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Run_DamagedCopy_LoadsARebuiltOne()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        Preload();
        var copy = _loaded[^1];
        File.WriteAllBytes(copy, File.ReadAllBytes(copy)[..5000]);

        Preload();

        Assert.Equal(copy, _loaded[^1]);
        Assert.Equal(ElfPatch.Apply(NativeLibraries.TorchSharp), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Run_ProgramWithCuda_LoadsItsLibrariesInTheOrderOfTheirDependencies()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so", "libc10_cuda.so", "libtorch_cuda.so");

        Preload();

        Assert.Equal(
            ["libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"],
            _loaded.SkipLast(1).Select(Path.GetFileName));
    }

    [Fact]
    public void Run_LibraryWithoutTheNeed_IsLeftAlone()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so");
        File.WriteAllText(Own("libLibTorchSharp.so"), "a later version");

        Preload();

        Assert.Empty(_loaded);
    }

    [Theory]
    [InlineData("libc10.so", "libtorch-cpu-linux-x64 2.10.0")]
    [InlineData("libtorch_cpu.so", "libtorch-cpu-linux-x64 2.10.0")]
    [InlineData("libtorch.so", "TorchSharp-cpu")]
    [InlineData("libLibTorchSharp.so", "TorchSharp 0.107.0")]
    public void Run_LibraryMissing_NamesItAndItsPackage(string library, string package)
    {
        Bring([.. new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so" }.Where(name => name != library)]);

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Preload());

        Assert.StartsWith(library, failure.Message, StringComparison.Ordinal);
        Assert.Contains(package, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Program, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LibraryDoesNotLoad_NamesWhatToInstall()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Preload(load: path =>
        {
            if (path == Own("libtorch_cpu.so"))
                throw new DllNotFoundException("libgomp.so.1: cannot open shared object file: No such file or directory");
        }));

        Assert.Contains(Own("libtorch_cpu.so"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libgomp1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DamagedTorchSharpLibrary_NamesIt()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so");
        File.WriteAllBytes(Own("libLibTorchSharp.so"), NativeLibraries.TorchSharp[..1_000_000]);

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Preload());

        Assert.StartsWith(Own("libLibTorchSharp.so"), failure.Message, StringComparison.Ordinal);
        Assert.IsType<ElfPatchException>(failure.InnerException);
    }

    [Fact]
    public void Run_CacheCannotBeWritten_LoadsFromATemporaryFolderAndRemovesIt()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        File.WriteAllText(Cache, "in the way");

        Preload(load: path => Assert.True(File.Exists(path)));

        Assert.StartsWith(Path.GetTempPath(), _loaded[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(_loaded[^1])));
    }

    [Fact]
    public void Run_CopyLoadsFromNowhere_NamesTheVariableThatMovesTheCache()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Preload(load: path =>
        {
            if (!path.StartsWith(Program, StringComparison.Ordinal))
                throw new DllNotFoundException("failed to map segment from shared object");
        }));

        Assert.Contains("SEQGAN_LIBTORCH_CACHE", failure.Message, StringComparison.Ordinal);
        Assert.Contains("failed to map segment", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_FolderOfLibTorch_TakesThePlaceOfTheProgramsOwn(bool affected)
    {
        Bring("libLibTorchSharp.so");
        var folder = BringElsewhere("libc10.so", "libtorch_cpu.so", "libtorch.so");

        Preload(affected, new LibTorchSettings { LibraryFolder = folder, CacheFolder = Cache });

        Assert.Equal(
            [Path.Combine(folder, "libc10.so"), Path.Combine(folder, "libtorch_cpu.so"), Path.Combine(folder, "libtorch.so")],
            _loaded.Take(3));
        Assert.Equal(affected ? 4 : 3, _loaded.Count);
    }

    [Fact]
    public void Run_FolderOfLibTorchBesideTheProgramsOwn_Refuses()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        var folder = BringElsewhere("libc10.so", "libtorch_cpu.so", "libtorch.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() =>
            Preload(settings: new LibTorchSettings { LibraryFolder = folder, CacheFolder = Cache }));

        Assert.Empty(_loaded);
        Assert.Contains(folder, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Own("libc10.so"), failure.Message, StringComparison.Ordinal);
    }

    private void Preload(bool affected = true, LibTorchSettings? settings = null, Action<string>? load = null) =>
        new LibTorchPreloader(
            settings ?? new LibTorchSettings { CacheFolder = Cache },
            new NativeSearchPath([Program]),
            () => affected,
            path =>
            {
                load?.Invoke(path);
                _loaded.Add(path);
            }).Run();

    private string Own(string library) => Path.Combine(Program, library);

    private void Bring(params ReadOnlySpan<string> libraries) => Bring(Program, libraries);

    private string BringElsewhere(params ReadOnlySpan<string> libraries)
    {
        var folder = Directory.CreateDirectory(_temporary.Combine("elsewhere")).FullName;
        Bring(folder, libraries);
        return folder;
    }

    private static void Bring(string folder, ReadOnlySpan<string> libraries)
    {
        foreach (var library in libraries)
        {
            var isTorchSharp = library == "libLibTorchSharp.so";
            File.WriteAllBytes(Path.Combine(folder, library), isTorchSharp ? NativeLibraries.TorchSharp : []);
        }
    }
}
