using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace SeqGan.Native;

/// <summary>Makes libtorch, the native library behind TorchSharp, loadable.</summary>
/// <remarks>
/// <para>
/// TorchSharp's native library needs GCC 13's libstdc++, which Debian 12 and Ubuntu 22.04 do not have. Only if it does not load for this
/// reason, SeqGan loads a repaired copy of it, without changing the system or the program. The copy is kept in the user's cache folder
/// (<c>$XDG_CACHE_HOME/seqgan/libtorch</c>), or in the folder that the environment variable <c>SEQGAN_LIBTORCH_CACHE</c> names.
/// </para>
/// <para>
/// The AppContext switch <c>SeqGan.LibTorch.DisableRepair</c>, the MSBuild property <c>SeqGanLibTorchRepair</c> set to
/// <c>false</c>, or the environment variable <c>SEQGAN_LIBTORCH_DISABLE_REPAIR</c> set to <c>1</c> turns this off.
/// </para>
/// <para>
/// <c>SEQGAN_LIBTORCH_PATH</c> names a folder with a libtorch that replaces the program's own. The program must then not have another one:
/// one process cannot load two.
/// </para>
/// <para>
/// On Linux, SeqGan sets the process's <c>GOMP_SPINCOUNT</c> to 10000 if neither it nor <c>OMP_WAIT_POLICY</c> is set, so that libtorch's
/// threads sleep soon after a loop instead of spinning on cores that other threads need.
/// </para>
/// <para>
/// libtorch 2.10 computes convolutions and LSTMs wrongly on some processors and virtual machines. <see cref="EnsureLoaded"/>, which
/// SeqGan's generators and discriminators call, computes one of each. If they are wrong, it turns oneDNN off in this process, which makes
/// them right.
/// </para>
/// <para>All members are thread-safe.</para>
/// </remarks>
public static class LibTorch
{
    private const string NativeName = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static int _initialized;
    private static volatile bool _loaded;
    private static nint _handle;
    private static Exception? _failure;

    /// <summary>Makes libtorch load when TorchSharp first needs it.</summary>
    /// <remarks>
    /// Runs automatically when SeqGan is first used, and when code of a C# project that references the package first runs: a program, a
    /// test project or a library. Call it first in a project in another language that uses TorchSharp before SeqGan. Cheap, idempotent, and
    /// never throws. If libtorch then does not load, the first use of TorchSharp fails, usually with a
    /// <see cref="LibTorchNotAvailableException"/>; <see cref="EnsureLoaded"/> always throws that.
    /// </remarks>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must be in place before TorchSharp's own code runs.")]
    public static void Initialize()
    {
        if (Interlocked.Exchange(ref _initialized, 1) != 0)
            return;
        OpenMpThreads.LimitSpinning();
        // The runtime asks here after its own attempt has failed, on any thread. A system that needs no repair is not affected, and two
        // threads that use TorchSharp first at the same time both wait.
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        if (AssemblyLoadContext.GetLoadContext(typeof(LibTorch).Assembly) is { } own && own != AssemblyLoadContext.Default)
            own.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Loads libtorch now, and checks that it computes rightly.</summary>
    /// <exception cref="LibTorchNotAvailableException">The message names what is missing and what to install or change.</exception>
    public static void EnsureLoaded()
    {
        if (_loaded)
            return;
        Initialize();
        var torchSharp = typeof(TorchSharp.torch).Assembly;
        CreateLoader(torchSharp).CheckFolder();
        // As TorchSharp does it, but with an exception instead of a page on the console.
        NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _);
        nint library;
        try
        {
            library = NativeLibrary.Load(NativeName, torchSharp, null);
        }
        catch (DllNotFoundException failure)
        {
            // Only a host's own load context gives up before the runtime asks Resolve.
            throw LibTorchDiagnosis.RefusedByHost(AssemblyLoadContext.GetLoadContext(torchSharp), failure);
        }

        OneDnn.TurnOffIfWrong(library);
        _loaded = true;
    }

    /// <summary>Whether the system's libstdc++ lacks what TorchSharp's native library needs.</summary>
    internal static bool IsSystemAffected() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && NativeLibrary.TryLoad("libstdc++.so.6", out var library) && !NativeLibrary.TryGetExport(library, ElfPatch.MissingSymbol, out _);

    // Must not run any of TorchSharp's code while it holds the lock.
    private static nint Resolve(Assembly assembly, string library)
    {
        if (library != NativeName || assembly.GetName().Name != nameof(TorchSharp))
            return 0;
        lock (Gate)
        {
            try
            {
                if (_handle == 0 && _failure is null)
                    _handle = CreateLoader(assembly).Load();
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            return _failure is null ? _handle : throw new LibTorchNotAvailableException(
                _failure.Message, _failure is LibTorchNotAvailableException ? _failure.InnerException : _failure);
        }
    }

    private static LibTorchLoader CreateLoader(Assembly torchSharp) => new(
        LibTorchSettings.Read(), NativeSearchPath.OfProgram(torchSharp.Location), IsSystemAffected, NativeLibrary.Load);
}
