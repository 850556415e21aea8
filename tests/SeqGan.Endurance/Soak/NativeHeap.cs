using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqGan.Endurance.Soak;

/// <summary>Settings of glibc's malloc under which resident memory shows what is held.</summary>
/// <remarks>
/// By itself it makes a heap for each of the first threads, and takes ever larger blocks from them instead of mapping these; small blocks
/// then come to lie on more and more pages, though there are no more of them. It reads its settings when a process starts; once the runtime
/// runs, it is too late.
/// </remarks>
internal static class NativeHeap
{
    private static readonly (string Name, string Value)[] s_settings = [("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "131072")];

    /// <summary>The settings that the environment has.</summary>
    public static string Settings =>
        string.Join(
            ", ", s_settings.Select(setting => $"{setting.Name}={Environment.GetEnvironmentVariable(setting.Name) ?? "(its default)"}"));

    /// <summary>Whether the environment has one of the settings: then it is as somebody wants it.</summary>
    public static bool IsSet => s_settings.Any(setting => Environment.GetEnvironmentVariable(setting.Name) is not null);

    /// <summary>Runs the soak in a child process with the settings.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunSetAsync(string[] options)
    {
        ProcessStartInfo start = ThisProgram.With(["soaking", .. options]);
        foreach ((string name, string value) in s_settings)
            start.Environment[name] = value;
        using Process child = Process.Start(start)!;
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => child.Kill());
        await child.WaitForExitAsync();
        return child.ExitCode;
    }
}
