namespace SeqGan;

/// <summary>Measures sequences. No sequences at all are an <see cref="ArgumentException"/>.</summary>
/// <remarks>
/// Batches are compared token by token, the end token included and padding left out; <see cref="TokenSequences"/> have
/// neither. No figure here says alone that a generator is good: read quality with diversity, and beside the same figure of
/// real data. BLEU and self-BLEU are in <see cref="BleuReferences"/>. Thread-safe.
/// </remarks>
public static partial class SequenceMetrics
{
    /// <summary>The share of distinct sequences: distinct ones divided by all.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <returns>
    /// In (0, 1]; higher is more diverse. It falls as more sequences are measured, so compare equal counts; real data with
    /// few possible sequences is below 1, too. A generator of noise has 1.
    /// </returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double Uniqueness(TokenBatch sequences)
    {
        ThrowIfEmpty(sequences);
        return (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;
    }

    /// <summary>The share of generated sequences that do not stand in the training data.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="training">The training sequences, [Count, Length].</param>
    /// <returns>
    /// In [0, 1]; 0 has learnt by heart. A copy counts as often as it was generated. High is not good in itself: noise has 1,
    /// and a perfect model of data with few possible sequences repeats many of them.
    /// </returns>
    /// <exception cref="ArgumentException">There are no generated or no training sequences.</exception>
    public static double Novelty(TokenBatch generated, TokenBatch training)
    {
        ThrowIfEmpty(training);
        return Novelty(generated, SequenceComparer.Distinct(training));
    }

    /// <summary>The share of generated sequences that stand in the training data: 1 minus the novelty.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="training">The fingerprints of the training sequences.</param>
    /// <returns>In [0, 1]; what <see cref="Novelty(TokenBatch, TokenBatch)"/> says of 0 holds of 1.</returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double Copies(TokenBatch generated, SequenceFingerprints training)
    {
        ThrowIfEmpty(generated);
        ArgumentNullException.ThrowIfNull(training);
        int copies = 0;
        for (int row = 0; row < generated.Count; row++)
            copies += training.Contains(generated[row]) ? 1 : 0;
        return (double)copies / generated.Count;
    }

    /// <summary>The mean number of tokens of a sequence, the end token included.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <returns>In [0, Length]; compare with the training data's.</returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double MeanLength(TokenBatch sequences)
    {
        ThrowIfEmpty(sequences);
        return (double)sequences.TokenCount / sequences.Count;
    }

    /// <summary>The share of sequences that ended with the end token; the others were cut at the maximum length.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="format">Their format.</param>
    /// <returns>In [0, 1], compare with the training data's; NaN where the format has no end token.</returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double EndTokenRate(TokenBatch sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        ThrowIfEmpty(sequences);
        if (format.EndToken is not { } end)
            return double.NaN;
        int ended = 0;
        for (int row = 0; row < sequences.Count; row++)
            ended += sequences[row].EndsWith([end]) ? 1 : 0;
        return (double)ended / sequences.Count;
    }

    internal static double Novelty(TokenBatch generated, HashSet<ReadOnlyMemory<int>> training)
    {
        ThrowIfEmpty(generated);
        int novel = 0;
        for (int row = 0; row < generated.Count; row++)
            novel += training.Contains(SequenceComparer.Sequence(generated, row)) ? 0 : 1;
        return (double)novel / generated.Count;
    }

    private static void ThrowIfEmpty(TokenBatch sequences)
    {
        if (sequences.Count == 0)
            throw new ArgumentException("There are no sequences; a metric needs at least one.", nameof(sequences));
    }
}
