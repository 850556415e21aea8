using System.Runtime.Versioning;

namespace SeqGan;

/// <summary>
/// Loads libtorch and TorchSharp's native library where the runtime could not, or says what is missing.
/// </summary>
/// <param name="settings">What the program asks for.</param>
/// <param name="program">The program's own libraries.</param>
/// <param name="systemIsAffected">Whether the system's libstdc++ lacks what TorchSharp's native library needs.</param>
/// <param name="load">Loads a library by its full path, or throws <see cref="DllNotFoundException"/>.</param>
internal sealed class LibTorchLoader(
    LibTorchSettings settings, NativeSearchPath program, Func<bool> systemIsAffected, Func<string, nint> load)
{
    // In the order of their dependencies. A second copy of any of them from another path would abort the process, so
    // these are the very paths at which TorchSharp looks.
    private static readonly (string Name, bool Required)[] Libraries =
    [
        (FileName("c10"), true),
        (FileName("c10_cuda"), false),
        (FileName("torch_cpu"), true),
        (FileName("torch_cuda"), false),
        (FileName("torch"), true),
    ];

    private static readonly string TorchSharpLibrary = FileName("LibTorchSharp");

    /// <summary>Loads everything.</summary>
    /// <returns>The handle of TorchSharp's native library.</returns>
    /// <exception cref="LibTorchNotAvailableException">A library is missing or does not load.</exception>
    public nint Load()
    {
        CheckFolder();
        LoadLibTorch(settings.LibraryFolder is { } folder ? new NativeSearchPath([Path.GetFullPath(folder)]) : program);

        var path = program.Find(TorchSharpLibrary) ?? throw LibTorchDiagnosis.Missing(TorchSharpLibrary, program.Folders);
        if (!OperatingSystem.IsLinux() || settings.RepairDisabled || !systemIsAffected())
            return Load(path);

        var original = File.ReadAllBytes(path);
        return ElfPatch.IsNeededBy(original) ? LoadRepaired(path, original) : Load(path);
    }

    /// <summary>Checks that a folder of libtorch does not meet one that the program brings.</summary>
    /// <exception cref="LibTorchNotAvailableException">There are two.</exception>
    public void CheckFolder()
    {
        if (settings.LibraryFolder is not { } folder)
            return;

        foreach (var (name, _) in Libraries)
        {
            var chosen = Path.GetFullPath(Path.Combine(folder, name));
            if (File.Exists(chosen) && program.Find(name) is { } own && RealPath(chosen) != RealPath(own))
            {
                throw new LibTorchNotAvailableException(
                    $"{LibTorchSettings.LibraryVariable} names {chosen}, but the program brings {own}, and one process " +
                    "cannot load both: remove the variable, or the libtorch package from the program's project.");
            }
        }
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    private static string RealPath(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

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

    private nint Load(string path)
    {
        try
        {
            return load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw LibTorchDiagnosis.Unloadable(path, failure);
        }
    }

    [SupportedOSPlatform("linux")]
    private nint LoadRepaired(string path, byte[] original)
    {
        try
        {
            return LoadFromCache(original, ElfPatch.Apply(original));
        }
        catch (ElfPatchException failure)
        {
            throw new LibTorchNotAvailableException(
                $"{path} is damaged or unknown: {failure.Message} Restore the package {LibTorchDiagnosis.TorchSharpPackage} again.",
                failure);
        }
    }

    [SupportedOSPlatform("linux")]
    private nint LoadFromCache(byte[] original, byte[] patched)
    {
        var failures = new List<Exception>();
        if (settings.CacheFolder is { } folder && LoadFrom(folder, original, patched, failures) is var cached and not 0)
            return cached;
        if (LoadFromTemporaryFolder(original, patched, failures) is var temporary and not 0)
            return temporary;

        throw new LibTorchNotAvailableException(
            $"No folder takes the repaired copy of {TorchSharpLibrary}: {string.Join(" ", failures.Select(failure => failure.Message))} " +
            $"Set {LibTorchSettings.CacheVariable} to a folder that you may write and that is not mounted noexec.",
            new AggregateException(failures));
    }

    [SupportedOSPlatform("linux")]
    private nint LoadFrom(string folder, byte[] original, byte[] patched, List<Exception> failures)
    {
        try
        {
            return load(PatchedLibraryCache.Prepare(folder, original, patched));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            failures.Add(failure);
            return 0;
        }
    }

    // A fresh folder each time: a well-known name in a folder that all users share could be prepared by another user.
    [SupportedOSPlatform("linux")]
    private nint LoadFromTemporaryFolder(byte[] original, byte[] patched, List<Exception> failures)
    {
        nint handle = 0;
        try
        {
            var folder = Directory.CreateTempSubdirectory("seqgan-").FullName;
            handle = LoadFrom(folder, original, patched, failures);

            // The library stays mapped without its file.
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            failures.Add(failure);
        }

        return handle;
    }
}
