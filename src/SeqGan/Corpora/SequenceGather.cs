namespace SeqGan;

/// <summary>Copies chosen sequences of a batch into a buffer.</summary>
internal static class SequenceGather
{
    /// <summary>Makes the buffer these rows of the source, in this order.</summary>
    public static TokenBatch Rows(TokenBatch source, ReadOnlySpan<int> rows, SequenceBuffer destination)
    {
        destination.Reset(rows.Length);
        for (int i = 0; i < rows.Length; i++)
            destination.Set(i, source[rows[i]]);
        return destination.AsBatch();
    }

    /// <summary>Makes the buffer rows of the source that are drawn independently, so that one may come twice.</summary>
    public static TokenBatch RandomRows(TokenBatch source, int count, RandomKey key, SequenceBuffer destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(source.Count);
        destination.Reset(count);
        for (int i = 0; i < count; i++)
            destination.Set(i, source[(int)((ulong)key.NextBits(i) * (ulong)source.Count >> 32)]);
        return destination.AsBatch();
    }
}
