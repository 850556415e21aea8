using static TorchSharp.torch;

namespace SeqGan.Endurance.Soak;

/// <summary>
/// Fixes the number of threads: the pool would grow and shrink, and each of its threads that libtorch works on gets helpers that stay.
/// </summary>
internal static class WarmPool
{
    private const int Threads = 6;

    public static async Task StartAsync()
    {
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
}
