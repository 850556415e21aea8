using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace SeqGan.Endurance.Soak;

/// <summary>What the process holds when nothing runs. Linux.</summary>
/// <param name="ResidentKilobytes">Resident memory.</param>
/// <param name="AnonymousKilobytes">
/// Of it, what is no page of a file: all that the process has allocated. The rest is code above all, which counts from when it first runs.
/// </param>
/// <param name="Tensors">Live tensors of TorchSharp.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Handles">Open files, sockets and the like, except assemblies.</param>
internal sealed partial record Footprint(long ResidentKilobytes, long AnonymousKilobytes, long Tensors, int Threads, int Handles)
{
    /// <summary>Measures after everything that can be given back has been.</summary>
    /// <param name="books">Count the tensors.</param>
    public static async Task<Footprint> MeasureAsync(TensorBooks books)
    {
        long resident = long.MaxValue, anonymous = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();

            // What free() keeps for the next allocation is no growth.
            _ = TrimMemory(0);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            resident = Math.Min(resident, Read("VmRSS:"));
            anonymous = Math.Min(anonymous, Read("RssAnon:"));
        }

        return new Footprint(
            resident, anonymous, books.Live, Directory.GetDirectories("/proc/self/task").Length, CountHandles());
    }

    // The runtime keeps the files of assemblies open, which it loads when they are first needed.
    private static int CountHandles() =>
        Directory.GetFileSystemEntries("/proc/self/fd")
            .Count(handle => new FileInfo(handle).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    private static long Read(string label)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(label, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(label.Length, line.Length - label.Length - "kB".Length),
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMemory(nuint keep);
}
