using System.Runtime.Versioning;
using Xunit;

namespace SeqGan.Tests;

[SupportedOSPlatform("linux")]
public sealed class LibTorchLoaderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly List<string> _loaded = [];

    public LibTorchLoaderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux needs the repair.");
        Directory.CreateDirectory(Program);
    }

    private string Program => _temporary.Combine("program");

    private string Cache => _temporary.Combine("cache");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Load_UnaffectedSystem_LoadsTheLibraryAsItIsAndMakesNoCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Load(affected: false);

        Assert.Equal(Own("libLibTorchSharp.so"), _loaded[^1]);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Load_RepairDisabled_LoadsTheLibraryAsItIsAndMakesNoCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Load(settings: new LibTorchSettings { RepairDisabled = true, CacheFolder = Cache });

        Assert.Equal(Own("libLibTorchSharp.so"), _loaded[^1]);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Load_AffectedSystem_LoadsTheProgramsLibrariesAndThenTheCopy()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        Load();

        var copy = Assert.Single(Directory.GetFiles(Cache));
        Assert.Equal([Own("libc10.so"), Own("libtorch_cpu.so"), Own("libtorch.so"), copy], _loaded);
        Assert.Equal(ElfPatch.Apply(NativeLibraries.TorchSharp), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Load_DamagedCopy_LoadsARebuiltOne()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        Load();
        var copy = _loaded[^1];
        File.WriteAllBytes(copy, File.ReadAllBytes(copy)[..5000]);

        Load();

        Assert.Equal(copy, _loaded[^1]);
        Assert.Equal(ElfPatch.Apply(NativeLibraries.TorchSharp), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Load_ProgramWithCuda_LoadsItsLibrariesInTheOrderOfTheirDependencies()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so", "libc10_cuda.so", "libtorch_cuda.so");

        Load();

        Assert.Equal(
            ["libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"],
            _loaded.SkipLast(1).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_LibraryWithoutTheNeed_IsLeftAlone()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so");
        File.WriteAllText(Own("libLibTorchSharp.so"), "a later version");

        Load();

        Assert.Equal(Own("libLibTorchSharp.so"), _loaded[^1]);
        Assert.False(Directory.Exists(Cache));
    }

    [Theory]
    [InlineData("libc10.so", "libtorch-cpu-linux-x64 2.10.0")]
    [InlineData("libtorch_cpu.so", "libtorch-cpu-linux-x64 2.10.0")]
    [InlineData("libtorch.so", "TorchSharp-cpu")]
    [InlineData("libLibTorchSharp.so", "TorchSharp 0.107.0")]
    public void Load_LibraryMissing_NamesItAndItsPackage(string library, string package)
    {
        Bring([.. new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so" }.Where(name => name != library)]);

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Load());

        Assert.StartsWith(library, failure.Message, StringComparison.Ordinal);
        Assert.Contains(package, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Program, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LibraryDoesNotLoad_NamesWhatToInstall()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Load(load: path =>
        {
            if (path == Own("libtorch_cpu.so"))
                throw new DllNotFoundException("libgomp.so.1: cannot open shared object file: No such file or directory");
        }));

        Assert.Contains(Own("libtorch_cpu.so"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libgomp1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedTorchSharpLibrary_NamesIt()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so");
        File.WriteAllBytes(Own("libLibTorchSharp.so"), NativeLibraries.TorchSharp[..1_000_000]);

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Load());

        Assert.StartsWith(Own("libLibTorchSharp.so"), failure.Message, StringComparison.Ordinal);
        Assert.IsType<ElfPatchException>(failure.InnerException);
    }

    [Fact]
    public void Load_CacheCannotBeWritten_LoadsFromATemporaryFolderAndRemovesIt()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        File.WriteAllText(Cache, "in the way");

        Load(load: path => Assert.True(File.Exists(path)));

        Assert.StartsWith(Path.GetTempPath(), _loaded[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(_loaded[^1])));
    }

    [Fact]
    public void Load_CopyLoadsFromNowhere_NamesTheVariableThatMovesTheCache()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() => Load(load: path =>
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
    public void Load_FolderOfLibTorch_TakesThePlaceOfTheProgramsOwn(bool affected)
    {
        Bring("libLibTorchSharp.so");
        var folder = BringElsewhere("libc10.so", "libtorch_cpu.so", "libtorch.so");

        Load(affected, new LibTorchSettings { LibraryFolder = folder, CacheFolder = Cache });

        Assert.Equal(
            [Path.Combine(folder, "libc10.so"), Path.Combine(folder, "libtorch_cpu.so"), Path.Combine(folder, "libtorch.so")],
            _loaded.Take(3));
        Assert.StartsWith(affected ? Cache : Program, _loaded[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderOfLibTorchBesideTheProgramsOwn_Refuses()
    {
        Bring("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so");
        var folder = BringElsewhere("libc10.so", "libtorch_cpu.so", "libtorch.so");

        var failure = Assert.Throws<LibTorchNotAvailableException>(() =>
            Load(settings: new LibTorchSettings { LibraryFolder = folder, CacheFolder = Cache }));

        Assert.Empty(_loaded);
        Assert.Contains(folder, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Own("libc10.so"), failure.Message, StringComparison.Ordinal);
    }

    private void Load(bool affected = true, LibTorchSettings? settings = null, Action<string>? load = null) =>
        new LibTorchLoader(
            settings ?? new LibTorchSettings { CacheFolder = Cache },
            new NativeSearchPath([Program]),
            () => affected,
            path =>
            {
                load?.Invoke(path);
                _loaded.Add(path);
                return _loaded.Count;
            }).Load();

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
