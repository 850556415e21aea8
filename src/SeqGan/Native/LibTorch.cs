using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SeqGan;

/// <summary>Makes libtorch, the native library behind TorchSharp, loadable.</summary>
/// <remarks>
/// <para>
/// TorchSharp's native library needs GCC 13's libstdc++, which Debian 12 and Ubuntu 22.04 do not have. On such a system,
/// and on no other, SeqGan loads a repaired copy of that library ahead of TorchSharp, without any change to the system or
/// the program. The copy is kept in the user's cache folder (<c>$XDG_CACHE_HOME/seqgan/libtorch</c>), or in the folder that
/// the environment variable <c>SEQGAN_LIBTORCH_CACHE</c> names.
/// </para>
/// <para>
/// The AppContext switch <c>SeqGan.LibTorch.DisableRepair</c>, the MSBuild property <c>SeqGanLibTorchRepair</c> set to
/// <c>false</c>, or the environment variable <c>SEQGAN_LIBTORCH_DISABLE_REPAIR</c> set to <c>1</c> turns this off.
/// </para>
/// <para>
/// On Linux, <c>SEQGAN_LIBTORCH_PATH</c> names a folder with a libtorch to use in place of the program's own. The
/// program must then not bring another one: one process cannot load two.
/// </para>
/// <para>All members are thread-safe.</para>
/// </remarks>
public static class LibTorch
{
    private const string TorchSharpName = "TorchSharp";

    private static readonly Lock Gate = new();
    private static int _initialized;
    private static bool _preloaded;
    private static volatile bool _loaded;
    private static Exception? _failure;

    /// <summary>Arranges that libtorch is made ready as soon as TorchSharp is loaded and before any of its code runs.</summary>
    /// <remarks>
    /// Runs by itself when SeqGan is first used, and at the start of each C# program that references the package. Cheap,
    /// idempotent, and never throws: <see cref="EnsureLoaded"/> reports what went wrong.
    /// </remarks>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The natives must be in place before TorchSharp's own code runs.")]
    public static void Initialize()
    {
        if (!IsSupported() || Interlocked.Exchange(ref _initialized, 1) != 0)
            return;

        AppDomain.CurrentDomain.AssemblyLoad += OnAssemblyLoad;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(IsTorchSharp))
            Preload(assembly);
    }

    /// <summary>Loads libtorch now.</summary>
    /// <exception cref="LibTorchNotAvailableException">
    /// libtorch cannot be loaded; the message names the missing package or library and what to install.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (_loaded)
            return;

        Initialize();
        var torchSharp = typeof(TorchSharp.torch).Assembly;
        if (IsSupported())
            Preload(torchSharp);
        if (_failure is { } failure)
            throw new LibTorchNotAvailableException(
                failure.Message, failure is LibTorchNotAvailableException ? failure.InnerException : failure);

        try
        {
            // As TorchSharp itself does, but with an exception for an answer instead of a page on the console.
            NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _);
            NativeLibrary.Load("LibTorchSharp", torchSharp, null);
        }
        catch (DllNotFoundException cause)
        {
            throw LibTorchDiagnosis.Examine(NativeSearchPath.OfProgram(torchSharp.Location), cause);
        }

        _loaded = true;
    }

    [SupportedOSPlatformGuard("linux")]
    private static bool IsSupported() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static bool IsTorchSharp(Assembly assembly) => assembly.GetName().Name == TorchSharpName;

    [SupportedOSPlatform("linux")]
    private static void OnAssemblyLoad(object? sender, AssemblyLoadEventArgs arguments)
    {
        if (IsTorchSharp(arguments.LoadedAssembly))
            Preload(arguments.LoadedAssembly);
    }

    // Runs inside the runtime's assembly loader: must not throw, and must not touch TorchSharp while it holds the lock.
    [SupportedOSPlatform("linux")]
    private static void Preload(Assembly torchSharp)
    {
        lock (Gate)
        {
            if (_preloaded)
                return;

            _preloaded = true;
            AppDomain.CurrentDomain.AssemblyLoad -= OnAssemblyLoad;
            try
            {
                var program = NativeSearchPath.OfProgram(torchSharp.Location);
                new LibTorchPreloader(LibTorchSettings.Read(), program, IsSystemAffected, path => NativeLibrary.Load(path)).Run();
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
        }
    }

    /// <summary>Whether the system's libstdc++ lacks what TorchSharp's native library needs.</summary>
    internal static bool IsSystemAffected() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library)
        && !NativeLibrary.TryGetExport(library, ElfPatch.MissingSymbol, out _);
}
