using System.Runtime.InteropServices;
using System.Text;

namespace SeqGan.Endurance.Soak;

/// <summary>Settings of glibc's malloc under which resident memory shows what is held. Linux.</summary>
/// <remarks>
/// By itself it makes a heap for each of the first threads, and keeps ever larger blocks in them instead of mapping them; small blocks then come
/// to lie on more and more pages, though there are no more of them. It reads its settings when a process starts, before the runtime's
/// threads do.
/// </remarks>
internal static partial class NativeHeap
{
    private const string ArenaMax = "MALLOC_ARENA_MAX", MapThreshold = "MALLOC_MMAP_THRESHOLD_";

    /// <summary>Starts this process anew with the settings, unless the environment has some already; then it returns.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started anew.</exception>
    public static void EnsureSettled()
    {
        if (Environment.GetEnvironmentVariable(ArenaMax) is not null || Environment.GetEnvironmentVariable(MapThreshold) is not null)
            return;
        string[] arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0', StringSplitOptions.None)[..^1];

        // Environment.SetEnvironmentVariable changes .NET's copy alone.
        _ = SetVariable(ArenaMax, "1", 1);
        _ = SetVariable(MapThreshold, "131072", 1);
        _ = Execute(Environment.ProcessPath!, [.. arguments, null]);
        throw new InvalidOperationException($"The process cannot be started anew (error {Marshal.GetLastPInvokeError()}); set {ArenaMax}=1 and {MapThreshold}=131072 yourself.");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Execute(string path, string?[] arguments);
}
