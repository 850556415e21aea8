using static TorchSharp.torch;

namespace SeqGan;

/// <summary>Spreads units of managed work over as many threads as libtorch uses; who does which unit is left to chance.</summary>
internal static class WorkUnits
{
    // Below this a second thread, which libtorch's own may still keep from its core, costs more than it does.
    private const long OperationsPerThread = 1 << 22;

    /// <param name="units">The number of units.</param>
    /// <param name="operations">About how many vector elements all units read together.</param>
    /// <param name="run">Does all units that it draws from the sequence; runs once on each thread.</param>
    public static void Share(int units, long operations, Action<IEnumerable<int>> run)
    {
        int threads = (int)Math.Clamp(operations / OperationsPerThread, 1, Math.Min(units, get_num_threads()));
        int next = -1;
        if (threads == 1)
            run(Enumerable.Range(0, units));
        else
            Parallel.For(0, threads, _ => run(Draw()));

        IEnumerable<int> Draw()
        {
            for (int unit; (unit = Interlocked.Increment(ref next)) < units;)
                yield return unit;
        }
    }
}
