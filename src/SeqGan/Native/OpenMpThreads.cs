namespace SeqGan.Native;

/// <summary>Makes libtorch's threads sleep soon after a loop. By default they spin for milliseconds on cores that SeqGan needs.</summary>
internal static partial class OpenMpThreads
{
    // Long enough to catch the next small operation without a wake-up, some tens of microseconds.
    private const string SpinCount = "10000";

    private static readonly string[] s_userSettings = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"];

    /// <summary>Has an effect before libtorch is loaded, if the user has set neither variable.</summary>
    public static void LimitSpinning()
    {
        if (!OperatingSystem.IsLinux() || s_userSettings.Any(name => Environment.GetEnvironmentVariable(name) is not null))
            return;
        try
        {
            // The runtime's own function does not reach the environment that native libraries read.
            _ = SetVariable(s_userSettings[0], SpinCount, overwrite: 0);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: libtorch's packages do not support it either.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
