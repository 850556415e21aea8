namespace SeqGan;

/// <summary>Gives the sequences of a set in batches, in an order that seed and epoch determine.</summary>
/// <remarks>
/// All batches have the same size: what is left at an epoch's end is left out, as in the published code, and another part is
/// left out in the next epoch. A set that is smaller than a batch is one batch. The source must outlive this and stay as it
/// is; the memory of a batch is reused by the next. Not thread-safe.
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

    /// <summary>Where it stands; setting it shuffles anew, as that epoch's beginning did.</summary>
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

    /// <summary>Shuffles; the batches of this epoch follow, whatever was left of the last one.</summary>
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
        batch = SequenceGather.Rows(_sequences, _order.AsSpan(_next, _batchSize), _batch);
        _next += _batchSize;
        return true;
    }
}
