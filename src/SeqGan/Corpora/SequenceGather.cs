namespace SeqGan;

/// <summary>Copies chosen sequences of a batch into a buffer.</summary>
internal static class SequenceGather
{
    /// <summary>Makes the buffer these rows of the source, in this order.</summary>
    public static TokenBatch Rows(TokenBatch source, ReadOnlySpan<int> rows, SequenceBuffer destination)
    {
        destination.Reset(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            destination.Set(i, source[rows[i]]);
            if (!source.Labels.IsEmpty)
                destination.Labels[i] = source.Labels.Span[rows[i]];
        }

        return destination.AsBatch();
    }
}
