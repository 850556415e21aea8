using TorchSharp;

namespace SeqGan.Tests;

/// <summary>Counts the process's tensors, for tests that nothing is left behind.</summary>
internal static class LiveTensors
{
    /// <summary>The number of live tensors, once those that earlier tests left to the finalizer are gone.</summary>
    public static long Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    /// <summary>Asserts that there are no more tensors than there were; fewer, where the finalizer came late, are no leak.</summary>
    public static void AssertNoMoreThan(long before) => Assert.InRange(torch.Tensor.TotalCount - before, long.MinValue, 0);
}
