namespace SeqGan.Corpora;

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
internal sealed class BatchSource(TokenBatch sequences, SequenceFormat format, int batchSize, ulong seed)
{
    private readonly SequenceBuffer _batch = new(format, Math.Min(batchSize, sequences.Count));
    private int[] _order = [];
    private int _next;
    private uint _epoch;

    public int BatchesPerEpoch => sequences.Count / _batch.Count;

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

    /// <summary>Shuffles and begins an epoch, from 1; batches left of the last one are skipped.</summary>
    public void StartEpoch(uint epoch)
    {
        _epoch = epoch;
        _order = new RandomKey(seed, RandomPurpose.Shuffling, epoch).NextPermutation(sequences.Count);
        _next = 0;
    }

    /// <summary>The next batch of the epoch, or false at its end and before the first.</summary>
    public bool TryNext(out TokenBatch batch)
    {
        batch = default;
        if (_order.Length - _next < _batch.Count)
            return false;
        for (int row = 0; row < _batch.Count; row++)
        {
            int source = _order[_next++];
            _batch.Set(row, sequences[source], sequences.LabelOf(source));
        }

        batch = _batch.AsBatch();
        return true;
    }
}
