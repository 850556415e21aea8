using System.Numerics;

namespace SeqGan.Discrimination;

/// <summary>A <see cref="ConvolutionalNetwork"/>'s logits on the CPU, to rounding; the same bits in every batch.</summary>
internal sealed unsafe class CompiledConvolution(
    SequenceFormat format, PooledWindows windows, CompiledHighway[] highway, Linear output) : ICompiledScorer
{
    // Rows whose features are held at once; each pass over them reads every table from memory again.
    private const int ChunkRows = 8192;

    // About how many rows a matrix product has: few enough that its result stays in the cache until it is used.
    private const int TileRows = 512;

    // A matrix product with fewer rows gives a row other bits.
    private const int MinimumRows = 16;

    private readonly int _length = format.InputFormat().MaxLength;
    private readonly int _size = (int)output.weight!.shape[1];
    private readonly float[] _outputDifference = new float[output.weight!.shape[1]];
    private float _biasDifference;
    private bool _isCurrent;
    private Tensor? _features, _products;

    public bool TryScore(TokenBatch sequences, Memory<float> logits, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        if (!_isCurrent)
        {
            Tensor weight = output.weight!, bias = output.bias!;
            (weight.select(0, 1) - weight.select(0, 0)).data<float>().CopyTo(_outputDifference);
            _biasDifference = (bias[1] - bias[0]).item<float>();
            _isCurrent = true;
        }

        for (int start = 0; start < sequences.Count; start += ChunkRows)
        {
            TokenBatch chunk = sequences.Slice(start, Math.Min(ChunkRows, sequences.Count - start));
            int[] cells = format.Cells(chunk.Count, chunk);
            for (int row = 0; row < chunk.Count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row += Logits(cells.AsSpan(row * _length), logits.Span[(start + row)..], cancellationToken);
            }
        }

        return true;
    }

    public void Forget()
    {
        _isCurrent = false;
        windows.Forget();
        foreach (CompiledHighway layer in highway)
            layer.Forget();
    }

    public void Dispose()
    {
        windows.Dispose();
        foreach (CompiledHighway layer in highway)
            layer.Dispose();
        _features?.Dispose();
        _products?.Dispose();
    }

    private int Logits(ReadOnlySpan<int> cells, Span<float> logits, CancellationToken cancellationToken)
    {
        int room = cells.Length / _length + MinimumRows;
        Tensor features = Reserve(ref _features, room);
        int rows = windows.Compute(cells, TensorMemory.Of(features), _size, cancellationToken);
        // A product of few rows reads as many weights as one of many: no small one is left at the end.
        int tiles = Math.Max(1, (rows + (TileRows / 2)) / TileRows), tileRows = (rows + tiles - 1) / tiles;
        for (int start = 0; start < rows; start += tileRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(tileRows, rows - start);
            Tensor tile = features.narrow(0, start, Math.Max(MinimumRows, count));
            long productRows = tile.shape[0];
            foreach (CompiledHighway layer in highway)
            {
                Tensor products = Reserve(ref _products, 2 * productRows);
                layer.Apply(tile, products.narrow(0, 0, productRows), products.narrow(0, productRows, productRows));
            }

            float* first = TensorMemory.Of(tile);
            for (int row = 0; row < count; row++)
                logits[start + row] = Output(first + (long)row * _size);
        }

        return rows;
    }

    private float Output(float* features)
    {
        ReadOnlySpan<float> weight = _outputDifference;
        Vector<float> sum = Vector<float>.Zero;
        int column = 0;
        for (; column <= weight.Length - Vector<float>.Count; column += Vector<float>.Count)
            sum += Vector.Load(features + column) * new Vector<float>(weight[column..]);
        float logit = Vector.Sum(sum) + _biasDifference;
        for (; column < weight.Length; column++)
            logit += features[column] * weight[column];
        return logit;
    }

    private Tensor Reserve(ref Tensor? buffer, long rows)
    {
        if (buffer is not null && buffer.shape[0] >= rows)
            return buffer;
        buffer?.Dispose();
        return buffer = empty(rows, _size, dtype: ScalarType.Float32, device: CPU).DetachFromDisposeScope();
    }
}
