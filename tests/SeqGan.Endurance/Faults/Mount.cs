using System.Diagnostics;

namespace SeqGan.Endurance.Faults;

/// <summary>A file system over a folder, for as long as this lives.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string _folder;

    private Mount(string folder) => _folder = folder;

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
        Run("mount", "--bind", folder, folder);
        var mount = new Mount(folder);
        try
        {
            Run("mount", "-o", "remount,ro,bind", folder);
        }
        catch
        {
            mount.Dispose();
            throw;
        }

        return mount;
    }

    public void Dispose() => Run("umount", "--lazy", _folder);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new SkippedException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }
}
