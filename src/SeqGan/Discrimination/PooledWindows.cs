using System.Collections.Concurrent;
using System.Numerics;

namespace SeqGan.Discrimination;

/// <summary>Features before the highway, by look-up in tables of tokens: convolution, max-over-time pooling and ReLU.</summary>
internal sealed unsafe class PooledWindows(
    Embedding embedding, ModuleList<Conv1d> convolutions, FilterGroup[] groups, int length, int capacity) : IDisposable
{
    // Rows of one group that a thread takes at a time: many, so that few rows are computed without the row before, and few enough that the
    // others do not wait for a late thread.
    private const int BlockRows = 512;

    private readonly TokenTables _tables = new(embedding, convolutions, groups, capacity);
    private readonly long _additionsPerRow = groups.Sum(group => (long)group.RowSize * (length - group.Width + 1));
    private readonly ConcurrentBag<WindowMaxima> _maxima = [];
    private int[] _slots = [], _shared = [];

    /// <summary>Null if the memory does not hold the tables of one sequence's tokens.</summary>
    public static PooledWindows? Create(Embedding embedding, ModuleList<Conv1d> convolutions, int length, long memory)
    {
        (int Width, int Filters)[] sizes = [.. convolutions.Select(layer => ((int)layer.weight!.shape[2], (int)layer.weight!.shape[0]))];
        FilterGroup[] groups = FilterGroup.Split(sizes);
        long capacity = memory / (sizeof(float) * groups.Sum(group => (long)group.RowSize));
        return capacity < Math.Min(length, embedding.weight!.shape[0])
            ? null
            : new PooledWindows(embedding, convolutions, groups, length, (int)Math.Min(capacity, int.MaxValue));
    }

    /// <summary>
    /// Computes the features, [rows, stride], of the first rows of the cells, [rows, length]: as many as the tables have room for, at least
    /// one. Cancellation is asked for once the tables are filled.
    /// </summary>
    /// <returns>The number of rows.</returns>
    public int Compute(ReadOnlySpan<int> cells, float* features, int stride, CancellationToken cancellationToken)
    {
        if (_slots.Length < cells.Length)
            (_slots, _shared) = (new int[cells.Length], new int[cells.Length / length]);
        int rows = _tables.Load(cells, length, _slots);
        cancellationToken.ThrowIfCancellationRequested();
        for (int row = 1; row < rows; row++)
            _shared[row] = cells.Slice(row * length, length).CommonPrefixLength(cells.Slice((row - 1) * length, length));
        using var scope = NewDisposeScope();
        nint[] biases = [.. convolutions.Select(convolution => (nint)TensorMemory.Of(convolution.bias!))];
        int blocks = (rows + BlockRows - 1) / BlockRows;
        Workload.Share(blocks * groups.Length, Workload.IsWorthThreads(rows * _additionsPerRow), units =>
        {
            WindowMaxima windows = _maxima.TryTake(out WindowMaxima? used) ? used : new WindowMaxima(groups, length);

            // Threads are at the same group at about the same time, whose table they then share in the cache.
            foreach (int unit in units)
                Compute(windows, biases, unit / blocks, unit % blocks * BlockRows, rows, features, stride);
            _maxima.Add(windows);
        });
        return rows;
    }

    /// <summary>To be called when the weights have changed.</summary>
    public void Forget() => _tables.Forget();

    public void Dispose() => _tables.Dispose();

    private void Compute(WindowMaxima windows, nint[] biases, int index, int first, int rows, float* features, int stride)
    {
        ref readonly FilterGroup group = ref groups[index];
        float* table = _tables[index], bias = (float*)biases[group.Convolution] + group.First;
        for (int row = first; row < Math.Min(first + BlockRows, rows); row++)
        {
            int shared = row == first ? 0 : _shared[row];
            ReadOnlySpan<float> maxima = windows.Advance(group, table, _slots.AsSpan(row * length, length), shared);
            Rectify(maxima, bias, features + (long)row * stride + group.Feature);
        }
    }

    private static void Rectify(ReadOnlySpan<float> maxima, float* bias, float* pooled)
    {
        int filter = 0;
        for (; filter <= maxima.Length - Vector<float>.Count; filter += Vector<float>.Count)
            Vector.Max(new Vector<float>(maxima[filter..]) + Vector.Load(bias + filter), Vector<float>.Zero).Store(pooled + filter);
        for (; filter < maxima.Length; filter++)
            pooled[filter] = MathF.Max(maxima[filter] + bias[filter], 0);
    }
}
