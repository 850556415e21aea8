namespace SeqGan.Sampling;

/// <summary>Copies sequences with their labels.</summary>
internal static class SequenceRows
{
    /// <summary>Writes sequences to a buffer's rows, from a row on.</summary>
    public static void SetRows(this SequenceBuffer destination, int firstRow, TokenBatch sequences)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            destination.Set(firstRow + row, sequences[row]);
            if (!destination.Labels.IsEmpty)
                destination.Labels[firstRow + row] = sequences.Labels.Span[row];
        }
    }
}
