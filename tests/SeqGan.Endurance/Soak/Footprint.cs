using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace SeqGan.Endurance.Soak;

/// <summary>What the process holds when nothing runs. Linux.</summary>
/// <param name="ResidentKilobytes">Resident memory.</param>
/// <param name="Tensors">Live tensors of TorchSharp.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Handles">Open files, sockets and the like, but for assemblies.</param>
internal sealed partial record Footprint(long ResidentKilobytes, long Tensors, int Threads, int Handles)
{
    /// <summary>Measures after everything that can be given back has been.</summary>
    /// <param name="books">Count the tensors.</param>
    public static async Task<Footprint> MeasureAsync(TensorBooks books)
    {
        long resident = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();

            // What free() keeps for the next allocation is no growth.
            _ = TrimMemory(0);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            resident = Math.Min(resident, ReadResident());
        }

        return new Footprint(
            resident, books.Live, Directory.GetDirectories("/proc/self/task").Length, CountHandles());
    }

    // The runtime keeps the files of assemblies open, which it loads when they are first needed.
    private static int CountHandles() =>
        Directory.GetFileSystemEntries("/proc/self/fd").Count(handle => new FileInfo(handle).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    private static long ReadResident()
    {
        const string Label = "VmRSS:";
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(Label, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Label.Length, line.Length - Label.Length - "kB".Length), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMemory(nuint keep);
}
