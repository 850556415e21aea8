using System.Runtime.Versioning;

namespace SeqGan.Native;

/// <summary>Loads libtorch and TorchSharp's native library if the runtime could not, or reports what is missing.</summary>
/// <remarks>The system is affected if its libstdc++ lacks what TorchSharp's native library needs.</remarks>
internal sealed class LibTorchLoader(
    LibTorchSettings settings, NativeSearchPath program, Func<bool> systemIsAffected, Func<string, nint> load)
{
    // In the order of their dependencies. A second copy of one from another path would abort the process, so these are exactly the paths
    // where TorchSharp looks.
    private static readonly (string Name, bool Required)[] Libraries =
    [
        (FileName("c10"), true), (FileName("c10_cuda"), false), (FileName("torch_cpu"), true), (FileName("torch_cuda"), false),
        (FileName("torch"), true),
    ];

    private static readonly string TorchSharpLibrary = FileName("LibTorchSharp");

    /// <summary>Loads everything and returns the handle of TorchSharp's native library.</summary>
    /// <exception cref="LibTorchNotAvailableException">A library is missing or does not load.</exception>
    public nint Load()
    {
        CheckFolder();
        var folders = settings.LibraryFolder is { } folder ? new NativeSearchPath([Path.GetFullPath(folder)]) : program;
        foreach (var (name, required) in Libraries)
        {
            if (folders.Find(name) is { } found)
                Load(found);
            else if (required)
                throw LibTorchDiagnosis.Missing(name, folders.Folders);
        }

        var path = program.Find(TorchSharpLibrary) ?? throw LibTorchDiagnosis.Missing(TorchSharpLibrary, program.Folders);
        if (!OperatingSystem.IsLinux() || settings.RepairDisabled || !systemIsAffected())
            return Load(path);
        var original = File.ReadAllBytes(path);
        return ElfPatch.IsNeededBy(original) ? LoadRepaired(path, original) : Load(path);
    }

    /// <exception cref="LibTorchNotAvailableException">The chosen folder and the program both have a libtorch.</exception>
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
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string RealPath(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

    private nint Load(string path)
    {
        try
        {
            return load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchNotAvailableException($"{path} does not load: {LibTorchDiagnosis.Remedy(path, failure.Message)}", failure);
        }
    }

    [SupportedOSPlatform("linux")]
    private nint LoadRepaired(string path, byte[] original)
    {
        byte[] patched;
        try
        {
            patched = ElfPatch.Apply(original);
        }
        catch (ElfPatchException failure)
        {
            throw new LibTorchNotAvailableException(
                $"{path} is damaged or unknown: {failure.Message} Restore the package {LibTorchDiagnosis.TorchSharpPackage} again.",
                failure);
        }

        var failures = new List<Exception>();
        var handle = settings.CacheFolder is { } folder ? LoadFrom(folder, original, patched, failures) : 0;
        if (handle == 0)
            handle = LoadFromTemporaryFolder(original, patched, failures);
        return handle != 0 ? handle : throw new LibTorchNotAvailableException(
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

    // A new folder each time: another user could prepare a well-known name in a shared folder.
    [SupportedOSPlatform("linux")]
    private nint LoadFromTemporaryFolder(byte[] original, byte[] patched, List<Exception> failures)
    {
        nint handle = 0;
        try
        {
            var folder = Directory.CreateTempSubdirectory("seqgan-").FullName;
            handle = LoadFrom(folder, original, patched, failures);
            // The library stays mapped after its file is deleted.
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            failures.Add(failure);
        }

        return handle;
    }
}

/// <summary>The settings for loading libtorch, from the program or its user.</summary>
internal sealed record LibTorchSettings
{
    public const string RepairSwitch = "SeqGan.LibTorch.DisableRepair";
    public const string RepairVariable = "SEQGAN_LIBTORCH_DISABLE_REPAIR";
    public const string CacheVariable = "SEQGAN_LIBTORCH_CACHE";
    public const string LibraryVariable = "SEQGAN_LIBTORCH_PATH";

    /// <summary>Whether TorchSharp's native library is loaded unchanged, even if that must fail.</summary>
    public bool RepairDisabled { get; init; }

    /// <summary>A folder whose libtorch replaces the program's own; null for the program's own.</summary>
    public string? LibraryFolder { get; init; }

    /// <summary>The folder for the repaired copy; null for a temporary folder.</summary>
    public string? CacheFolder { get; init; }

    public static LibTorchSettings Read() => new()
    {
        RepairDisabled = (AppContext.TryGetSwitch(RepairSwitch, out var disabled) && disabled)
            || Variable(RepairVariable) is "1" or "true" or "True",
        LibraryFolder = Variable(LibraryVariable),
        CacheFolder = Variable(CacheVariable) ?? UserCacheFolder(),
    };

    // Null if the user has no home.
    private static string? UserCacheFolder()
    {
        var cache = Variable("XDG_CACHE_HOME");
        if (cache is not null && Path.IsPathFullyQualified(cache))
            return Path.Combine(cache, "seqgan", "libtorch");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache", "seqgan", "libtorch") : null;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>The folders in which the runtime looks for a program's native libraries, in its order.</summary>
internal sealed class NativeSearchPath(IEnumerable<string> folders)
{
    public IReadOnlyList<string> Folders { get; } =
        [.. folders.Where(folder => folder.Length > 0).Select(Path.TrimEndingDirectorySeparator).Distinct()];

    /// <summary>The folders of the running program; the path of TorchSharp.dll is empty in a single-file program.</summary>
    public static NativeSearchPath OfProgram(string torchSharpPath)
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        // A host may have loaded TorchSharp from a folder that is not its own.
        string[] managed = [Path.GetDirectoryName(torchSharpPath) ?? "", AppContext.BaseDirectory];
        return new NativeSearchPath(
        [
            .. known.Split(Path.PathSeparator),
            .. managed.Where(folder => folder.Length > 0).SelectMany(folder => (string[])[folder, NativesBelow(folder)]),
        ]);
    }

    private static string NativesBelow(string folder) => Path.Combine(folder, "runtimes", LibTorchDiagnosis.Platform, "native");

    /// <summary>The full path of a library; null if no folder has it.</summary>
    public string? Find(string fileName) => Folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);
}
