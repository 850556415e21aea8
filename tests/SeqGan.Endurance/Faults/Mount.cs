using System.Diagnostics;

namespace SeqGan.Endurance.Faults;

/// <summary>A file system over a folder, for as long as this lives.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string[] _folders;

    private Mount(params string[] folders) => _folders = folders;

    /// <summary>A disk of so many kilobytes.</summary>
    public static Mount SmallDisk(string folder, int kilobytes)
    {
        Directory.CreateDirectory(folder);
        Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder);
        return new Mount(folder);
    }

    /// <summary>The folder itself, but read-only; files that are open stay as they are.</summary>
    public static Mount ReadOnly(string folder)
    {
        // Made read-only elsewhere: where it is to be, a training may open a file in between.
        string staging = Directory.CreateDirectory(folder + "-read-only").FullName;
        Run("mount", "--bind", folder, staging);
        try
        {
            Run("mount", "-o", "remount,ro,bind", staging);
            Run("mount", "--bind", staging, folder);
        }
        catch
        {
            new Mount(staging).Dispose();
            throw;
        }

        return new Mount(folder, staging);
    }

    public void Dispose()
    {
        foreach (string folder in _folders)
            Run("umount", "--lazy", folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new SkippedException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }
}
