namespace SeqGan.Corpora;

/// <summary>The position of a <see cref="BatchSource"/>.</summary>
/// <param name="Epoch">The epoch's number; 0 before the first one.</param>
/// <param name="Next">The next sequence in the epoch's order.</param>
internal readonly record struct BatchPosition(uint Epoch, int Next);

/// <summary>Changes a sequence that is the place-th of an epoch.</summary>
internal delegate void SequenceChange(Span<int> sequence, uint epoch, int place);

/// <summary>Gives the sequences of a set in batches, in an order that seed and epoch determine.</summary>
/// <remarks>
/// All batches have the same size: sequences left over at an epoch's end are skipped, as in the published code; each epoch skips others.
/// A set that is smaller than a batch is one batch. The set must outlive the source and must not change; the next batch reuses the memory
/// of a batch. Not thread-safe.
/// </remarks>
/// <param name="sequences">The set.</param>
/// <param name="format">The sequences' format.</param>
/// <param name="batchSize">The most sequences in a batch.</param>
/// <param name="seed">Determines the order.</param>
/// <param name="change">Changes the batch's copies of the sequences; null changes none.</param>
internal sealed class BatchSource(
    TokenBatch sequences, SequenceFormat format, int batchSize, ulong seed, SequenceChange? change = null)
{
    private readonly SequenceBuffer _batch = new(format, Math.Min(batchSize, sequences.Count));
    private int[] _order = [];
    private int _next;
    private uint _epoch;

    public int BatchesPerEpoch => sequences.Count / _batch.Count;

    /// <summary>How many batches the epoch has given.</summary>
    public int Passed => _next / _batch.Count;

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
            int place = _next++, source = _order[place];
            _batch.Set(row, sequences[source], sequences.LabelOf(source));
            change?.Invoke(_batch.Row(row)[..sequences.LengthOf(source)], _epoch, place);
        }

        batch = _batch.AsBatch();
        return true;
    }
}
