using System.Runtime.Versioning;

namespace SeqGan;

/// <summary>
/// Loads libtorch and a repaired copy of TorchSharp's native library ahead of TorchSharp, on systems where TorchSharp
/// cannot load them by itself. TorchSharp then finds them by name.
/// </summary>
/// <param name="settings">What the program asks for.</param>
/// <param name="program">The program's own libraries.</param>
/// <param name="systemIsAffected">Whether the system's libstdc++ lacks what TorchSharp's native library needs.</param>
/// <param name="load">Loads a library by its full path, or throws <see cref="DllNotFoundException"/>.</param>
[SupportedOSPlatform("linux")]
internal sealed class LibTorchPreloader(
    LibTorchSettings settings, NativeSearchPath program, Func<bool> systemIsAffected, Action<string> load)
{
    private const string TorchSharpLibrary = "libLibTorchSharp.so";

    // In the order of their dependencies. A second copy of any of them from another path would abort the process, so
    // these are the very paths at which TorchSharp will look.
    private static readonly (string Name, bool Required)[] Libraries =
    [
        ("libc10.so", true),
        ("libc10_cuda.so", false),
        ("libtorch_cpu.so", true),
        ("libtorch_cuda.so", false),
        ("libtorch.so", true),
    ];

    /// <summary>Loads what has to be loaded ahead; nothing on a system that needs no help.</summary>
    /// <exception cref="LibTorchNotAvailableException">A library is missing or does not load.</exception>
    public void Run()
    {
        var repair = !settings.RepairDisabled && systemIsAffected();
        if (settings.LibraryFolder is { } folder)
            LoadLibTorch(OnlyIn(folder));
        if (repair)
            LoadRepaired();
    }

    private NativeSearchPath OnlyIn(string folder)
    {
        foreach (var (name, _) in Libraries)
        {
            var chosen = Path.GetFullPath(Path.Combine(folder, name));
            if (File.Exists(chosen) && program.Find(name) is { } own && !IsSameFile(chosen, own))
            {
                throw new LibTorchNotAvailableException(
                    $"{LibTorchSettings.LibraryVariable} names {chosen}, but the program brings {own}, and one process " +
                    "cannot load both: remove the variable, or the libtorch package from the program's project.");
            }
        }

        return new NativeSearchPath([Path.GetFullPath(folder)]);
    }

    private static bool IsSameFile(string left, string right) => RealPath(left) == RealPath(right);

    private static string RealPath(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

    private void LoadLibTorch(NativeSearchPath folders)
    {
        foreach (var (name, required) in Libraries)
        {
            if (folders.Find(name) is { } path)
                Load(path);
            else if (required)
                throw LibTorchDiagnosis.Missing(name, folders.Folders);
        }
    }

    private void Load(string path)
    {
        try
        {
            load(path);
        }
        catch (DllNotFoundException failure)
        {
            throw LibTorchDiagnosis.Unloadable(path, failure);
        }
    }

    private void LoadRepaired()
    {
        var path = program.Find(TorchSharpLibrary) ?? throw LibTorchDiagnosis.Missing(TorchSharpLibrary, program.Folders);
        var original = File.ReadAllBytes(path);
        if (!ElfPatch.IsNeededBy(original))
            return;

        if (settings.LibraryFolder is null)
            LoadLibTorch(program);
        LoadFromCache(original, Repair(path, original));
    }

    private static byte[] Repair(string path, byte[] original)
    {
        try
        {
            return ElfPatch.Apply(original);
        }
        catch (ElfPatchException failure)
        {
            throw new LibTorchNotAvailableException(
                $"{path} is damaged or unknown: {failure.Message} Restore the package TorchSharp 0.107.0 again.", failure);
        }
    }

    private void LoadFromCache(byte[] original, byte[] patched)
    {
        var failures = new List<Exception>();
        if (settings.CacheFolder is { } folder && TryLoadFrom(folder, original, patched, failures))
            return;
        if (TryLoadFromTemporaryFolder(original, patched, failures))
            return;

        throw new LibTorchNotAvailableException(
            $"No folder takes the repaired copy of {TorchSharpLibrary}: {string.Join(" ", failures.Select(failure => failure.Message))} " +
            $"Set {LibTorchSettings.CacheVariable} to a folder that you may write and that is not mounted noexec.",
            new AggregateException(failures));
    }

    private bool TryLoadFrom(string folder, byte[] original, byte[] patched, List<Exception> failures)
    {
        try
        {
            load(PatchedLibraryCache.Prepare(folder, original, patched));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            failures.Add(failure);
            return false;
        }
    }

    // A fresh folder each time: a well-known name in a folder that all users share could be prepared by another user.
    private bool TryLoadFromTemporaryFolder(byte[] original, byte[] patched, List<Exception> failures)
    {
        var loaded = false;
        try
        {
            var folder = Directory.CreateTempSubdirectory("seqgan-").FullName;
            loaded = TryLoadFrom(folder, original, patched, failures);

            // The library stays mapped without its file.
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            failures.Add(failure);
        }

        return loaded;
    }
}
