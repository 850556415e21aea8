using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SeqGan.Endurance.Soak;

/// <summary>What the process holds when nothing runs. Linux.</summary>
/// <param name="ResidentKilobytes">Resident memory.</param>
/// <param name="Tensors">Live tensors of TorchSharp.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
internal sealed partial record Footprint(long ResidentKilobytes, long Tensors, int Threads, int Handles)
{
    /// <summary>Measures after everything that can be given back has been.</summary>
    public static async Task<Footprint> MeasureAsync()
    {
        for (int i = 0; i < 3; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        // What free() keeps for the next allocation is no growth.
        _ = TrimMemory(0);
        await Task.Delay(TimeSpan.FromSeconds(1));
        return new Footprint(
            ReadResident(), torch.Tensor.TotalCount, Directory.GetDirectories("/proc/self/task").Length, Directory.GetFileSystemEntries("/proc/self/fd").Length);
    }

    private static long ReadResident()
    {
        const string Label = "VmRSS:";
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(Label, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Label.Length, line.Length - Label.Length - "kB".Length), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMemory(nuint keep);
}
