namespace SeqGan;

/// <summary>The position of a <see cref="BatchSource"/>.</summary>
/// <param name="Epoch">The epoch's number; 0 before the first one.</param>
/// <param name="Next">The next sequence in the epoch's order.</param>
internal readonly record struct BatchPosition(uint Epoch, int Next);

/// <summary>Gives the sequences of a set in batches, in an order that seed and epoch determine.</summary>
/// <remarks>
/// All batches have the same size: sequences left over at an epoch's end are skipped, as in the published code; each epoch skips others.
/// A set that is smaller than a batch is one batch. The set must outlive the source and must not change; the next batch reuses the memory
/// of a batch. Not thread-safe.
/// </remarks>
internal sealed class BatchSource
{
    private readonly TokenBatch _sequences;
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly SequenceBuffer _batch;
    private int[] _order = [];
    private int _next;
    private uint _epoch;

    public BatchSource(TokenBatch sequences, SequenceFormat format, int batchSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (sequences.Count == 0)
            throw new ArgumentException("There are no sequences to make batches of.", nameof(sequences));
        _sequences = sequences;
        _batchSize = Math.Min(batchSize, sequences.Count);
        _seed = seed;
        _batch = new SequenceBuffer(format, _batchSize);
        BatchesPerEpoch = sequences.Count / _batchSize;
    }

    public int BatchesPerEpoch { get; }

    /// <summary>The position; setting it shuffles again as at the beginning of that epoch.</summary>
    public BatchPosition Position
    {
        get => new(_epoch, _next);
        set
        {
            if (value.Epoch == 0)
                (_epoch, _order, _next) = (0, [], 0);
            else if (value.Epoch != _epoch)
                StartEpoch(value.Epoch);
            _next = Math.Min(value.Next, _order.Length);
        }
    }

    /// <summary>Shuffles and begins an epoch; batches left of the last one are skipped.</summary>
    /// <param name="epoch">Above 0.</param>
    public void StartEpoch(uint epoch)
    {
        _epoch = epoch;
        _order = new RandomKey(_seed, RandomPurpose.Shuffling, epoch).NextPermutation(_sequences.Count);
        _next = 0;
    }

    /// <summary>The next batch of the epoch, or false at its end and before the first.</summary>
    public bool TryNext(out TokenBatch batch)
    {
        batch = default;
        if (_order.Length - _next < _batchSize)
            return false;
        _batch.Reset(_batchSize);
        for (int row = 0; row < _batchSize; row++)
        {
            int source = _order[_next++];
            _batch.Set(row, _sequences[source]);
            if (!_sequences.Labels.IsEmpty)
                _batch.Labels[row] = _sequences.Labels.Span[source];
        }

        batch = _batch.AsBatch();
        return true;
    }
}
