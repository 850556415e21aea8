using System.Runtime.ExceptionServices;

namespace SeqGan.Optimization;

/// <summary>Spreads a loop over threads if there is enough work.</summary>
internal static class Workload
{
    /// <summary>
    /// Whether a pass over this many floats is faster on several threads. One core uses most of the memory bandwidth, and libtorch's
    /// threads, which spin for milliseconds after its last loop, hinder others.
    /// </summary>
    public static bool IsWorthThreads(long elements) => elements > 1 << 22;

    /// <summary>Calls the body with each number below the count in any order, on threads if that is worth waking them.</summary>
    public static void Run(int count, bool isWorthThreads, Action<int> body) => Share(count, isWorthThreads, units =>
    {
        foreach (int unit in units)
            body(unit);
    });

    /// <summary>As <see cref="Run"/>, for a body that keeps its own data from one unit to the next; it runs once on each thread.</summary>
    public static void Share(int count, bool isWorthThreads, Action<IEnumerable<int>> body)
    {
        // As many threads as libtorch would use, so that one setting governs both.
        int threads = isWorthThreads && count > 1 ? torch.get_num_threads() : 1;
        int next = -1;
        try
        {
            if (threads > 1)
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => body(Draw()));
            else
                body(Draw());
        }
        catch (AggregateException error) when (threads > 1)
        {
            // As a single thread would have thrown it.
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        // One by one: a thread that other programs hold up leaves the rest to the others.
        IEnumerable<int> Draw()
        {
            for (int unit; (unit = Interlocked.Increment(ref next)) < count;)
                yield return unit;
        }
    }

    /// <summary>Cuts arrays into blocks of a size for each array, so that sums do not depend on the number of threads.</summary>
    public static (int Array, int Start, int Length)[] Cut(int[] lengths, Func<int, int> size)
    {
        var blocks = new List<(int, int, int)>();
        for (int array = 0; array < lengths.Length; array++)
        {
            int block = size(array);
            for (int start = 0; start < lengths[array]; start += block)
                blocks.Add((array, start, Math.Min(block, lengths[array] - start)));
        }

        return [.. blocks];
    }
}
