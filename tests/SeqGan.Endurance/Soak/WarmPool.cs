using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqGan.Endurance.Soak;

/// <summary>Fixes the number of threads: the pool would grow and shrink, and each of its threads that libtorch works on gets helpers that stay.</summary>
internal static partial class WarmPool
{
    private const int Threads = 6, ArenaMax = -8;

    public static async Task StartAsync()
    {
        // With a heap for each thread, memory grows until all have seen the largest allocations.
        _ = SetMemoryOption(ArenaMax, 1);
        ThreadPool.SetMinThreads(Threads, Threads);
        ThreadPool.SetMaxThreads(Threads, Threads);
        LibTorch.EnsureLoaded();
        using var all = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => Work(all))));
    }

    private static void Work(Barrier all)
    {
        // Nobody ends before everybody has begun, so that each has a thread of its own.
        all.SignalAndWait();
        using Tensor numbers = ones(512, 512);
        using Tensor product = numbers.matmul(numbers);
        all.SignalAndWait();
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMemoryOption(int option, int value);
}
