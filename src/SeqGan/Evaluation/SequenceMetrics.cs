using System.Buffers;

namespace SeqGan;

/// <summary>Measures sequences. Every figure of no sequences at all is NaN.</summary>
/// <remarks>
/// Sequences are compared token by token, the end token included and padding left out. No figure here says alone that a
/// generator is good: read likelihood with diversity. Thread-safe.
/// </remarks>
public static class SequenceMetrics
{
    // Enough rows for an implementation to work in parallel, few enough for any memory.
    private const int RowsPerChunk = 512;

    /// <summary>The share of distinct sequences: distinct ones divided by all.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <returns>
    /// In (0, 1]; higher is more diverse. It falls as more sequences are measured, so compare equal counts; real data with
    /// few possible sequences is below 1, too. A generator of noise has 1.
    /// </returns>
    public static double Uniqueness(TokenBatch sequences) =>
        (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;

    /// <summary>The share of generated sequences that do not stand in the training data.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="training">The training sequences, [Count, Length].</param>
    /// <returns>
    /// In [0, 1]; 0 has learnt by heart. A copy counts as often as it was generated. High is not good in itself: noise has 1,
    /// and a perfect model of data with few possible sequences repeats many of them.
    /// </returns>
    public static double Novelty(TokenBatch generated, TokenBatch training) =>
        Novelty(generated, SequenceComparer.Distinct(training));

    /// <summary>The mean number of tokens of a sequence, the end token included.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <returns>In [0, Length]; compare with the training data's.</returns>
    public static double MeanLength(TokenBatch sequences) => (double)sequences.TokenCount / sequences.Count;

    /// <summary>The share of sequences that ended with the end token; the others were cut at the maximum length.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="format">Their format.</param>
    /// <returns>In [0, 1], compare with the training data's; NaN where the format has no end token.</returns>
    public static double EndTokenRate(TokenBatch sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.EndToken is not { } end)
            return double.NaN;
        int ended = 0;
        for (int row = 0; row < sequences.Count; row++)
            ended += sequences[row].EndsWith([end]) ? 1 : 0;
        return (double)ended / sequences.Count;
    }

    /// <summary>The mean negative log-likelihood of sequences under a generator.</summary>
    /// <param name="generator">The model: the trained generator for NLL_test, the oracle for NLL_oracle.</param>
    /// <param name="sequences">Held-out sequences for NLL_test, generated ones for NLL_oracle; [Count, Length].</param>
    /// <param name="temperature">Divides the generator's logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <returns>
    /// Nats a token, the end token included and padding left out: the sum over all tokens divided by their number. At least
    /// 0, lower is likelier; positive infinity where a token has probability 0; NaN where the generator's figures are.
    /// </returns>
    /// <remarks>
    /// NLL_oracle (the metric of the paper's synthetic data experiments, here a token) alone rewards a generator that repeats one likely sequence; NLL_test
    /// alone cannot see that it also generates bad ones. Always report both.
    /// </remarks>
    /// <exception cref="ArgumentException">A token is outside the generator's vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(IGenerator generator, TokenBatch sequences, double temperature = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        int rows = Math.Min(RowsPerChunk, sequences.Count);
        float[] rented = ArrayPool<float>.Shared.Rent(rows * sequences.Length);
        try
        {
            double total = 0;
            for (int start = 0; start < sequences.Count; start += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TokenBatch chunk = sequences.Slice(start, Math.Min(rows, sequences.Count - start));
                Span<float> logProbabilities = rented.AsSpan(0, chunk.Count * chunk.Length);
                generator.LogProbabilities(chunk, logProbabilities, temperature, cancellationToken);
                total += SumOverTokens(chunk, logProbabilities);
            }

            // Not -total: of sure tokens that would be minus zero.
            return 0 - total / sequences.TokenCount;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    internal static double Novelty(TokenBatch generated, HashSet<ReadOnlyMemory<int>> training)
    {
        int novel = 0;
        for (int row = 0; row < generated.Count; row++)
            novel += training.Contains(SequenceComparer.Sequence(generated, row)) ? 0 : 1;
        return (double)novel / generated.Count;
    }

    private static double SumOverTokens(TokenBatch sequences, ReadOnlySpan<float> logProbabilities)
    {
        double sum = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float value in logProbabilities.Slice(row * sequences.Length, sequences.LengthOf(row)))
                sum += value;
        }

        return sum;
    }
}
