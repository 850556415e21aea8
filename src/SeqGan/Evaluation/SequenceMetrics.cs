using System.Buffers;

namespace SeqGan;

/// <summary>Measures sequences. A figure of no sequences at all is an <see cref="ArgumentException"/>.</summary>
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
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static double Uniqueness(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        return (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;
    }

    /// <summary>The share of generated sequences that do not stand in the training data.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="training">The training sequences, [Count, Length].</param>
    /// <returns>
    /// In [0, 1]; 0 has learnt by heart. A copy counts as often as it was generated. High is not good in itself: noise has 1,
    /// and a perfect model of data with few possible sequences repeats many of them.
    /// </returns>
    /// <exception cref="ArgumentException">A set has no sequence.</exception>
    public static double Novelty(TokenBatch generated, TokenBatch training)
    {
        SequenceSet.ThrowIfEmpty(training);
        return Novelty(generated, SequenceComparer.Distinct(training).Contains);
    }

    /// <summary>The share of generated sequences that do not stand in the training data.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="isTraining">Says whether a sequence, without its padding, stands in the training data.</param>
    /// <returns>As <see cref="Novelty(TokenBatch, TokenBatch)"/>.</returns>
    /// <exception cref="ArgumentException">There is no generated sequence.</exception>
    public static double Novelty(TokenBatch generated, Func<ReadOnlyMemory<int>, bool> isTraining) => 1 - Copies(generated, isTraining);

    /// <summary>The share of generated sequences that stand in the training data: 1 - <see cref="Novelty(TokenBatch, TokenBatch)"/>.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="training">The training sequences, [Count, Length].</param>
    /// <returns>In [0, 1]; a copy counts as often as it was generated. Compare with real data that was not trained on.</returns>
    /// <exception cref="ArgumentException">A set has no sequence.</exception>
    public static double Copies(TokenBatch generated, TokenBatch training)
    {
        SequenceSet.ThrowIfEmpty(training);
        return Copies(generated, SequenceComparer.Distinct(training).Contains);
    }

    /// <summary>The share of generated sequences that stand in the training data.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="isTraining">Says whether a sequence, without its padding, stands in the training data.</param>
    /// <returns>As <see cref="Copies(TokenBatch, TokenBatch)"/>.</returns>
    /// <exception cref="ArgumentException">There is no generated sequence.</exception>
    public static double Copies(TokenBatch generated, Func<ReadOnlyMemory<int>, bool> isTraining) => Share(generated, isTraining);

    /// <summary>The share of sequences that are valid.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="isValid">A rule of one's own for a sequence without its padding; what it throws is passed on.</param>
    /// <returns>In [0, 1]; higher obeys the rule more often. A generator of one valid sequence has 1.</returns>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static double Validity(TokenBatch sequences, Func<ReadOnlyMemory<int>, bool> isValid) => Share(sequences, isValid);

    /// <summary>The share of texts that are valid.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="isValid">A rule of one's own; what it throws is passed on.</param>
    /// <returns>As <see cref="Validity(TokenBatch, Func{ReadOnlyMemory{int}, bool})"/>.</returns>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static double Validity(IEnumerable<string> texts, Func<string, bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(isValid);
        (int count, int valid) = (0, 0);
        foreach (string text in texts)
        {
            count++;
            valid += isValid(text) ? 1 : 0;
        }

        return count > 0 ? (double)valid / count : throw new ArgumentException("The set has 0 texts; a metric needs at least 1.", nameof(texts));
    }

    /// <summary>How far apart the lengths of two sets are: the earth mover's (Wasserstein-1) distance of their distributions, divided by the longest length.</summary>
    /// <param name="generated">Generated sequences, [Count, Length].</param>
    /// <param name="reference">Real sequences, [Count, Length].</param>
    /// <returns>
    /// In [0, 1], the same both ways; 0 where both have the same share of sequences of every length. Lengths count the end token.
    /// </returns>
    /// <exception cref="ArgumentException">A set has no sequence.</exception>
    public static double LengthDistance(TokenBatch generated, TokenBatch reference)
    {
        double[] one = Lengths(generated), other = Lengths(reference);
        (double between, double distance, int longest) = (0, 0, 0);
        for (int length = 0; length < Math.Max(one.Length, other.Length); length++)
        {
            (double a, double b) = (one.ElementAtOrDefault(length), other.ElementAtOrDefault(length));
            between += a - b;
            distance += Math.Abs(between);
            longest = a + b > 0 ? length : longest;
        }

        return longest == 0 ? 0 : distance / longest;
    }

    /// <summary>The mean number of tokens of a sequence, the end token included.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <returns>In [0, Length]; compare with the training data's.</returns>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static double MeanLength(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        return (double)sequences.TokenCount / sequences.Count;
    }

    /// <summary>The share of sequences that ended with the end token; the others were cut at the maximum length.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="format">Their format.</param>
    /// <returns>In [0, 1], compare with the training data's; NaN where the format has no end token.</returns>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static double EndTokenRate(TokenBatch sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        SequenceSet.ThrowIfEmpty(sequences);
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
    /// <exception cref="ArgumentException">There is no token, a token is outside the generator's vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(IGenerator generator, TokenBatch sequences, double temperature = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return MeanOverTokens((batch, values, divisor, cancellation) => generator.LogProbabilities(batch, values, divisor, cancellationToken: cancellation), sequences, temperature, cancellationToken);
    }

    /// <summary>The perplexity of held-out sequences under a generator: exp of <see cref="NegativeLogLikelihood(IGenerator, TokenBatch, double, CancellationToken)"/>.</summary>
    /// <param name="generator">The model.</param>
    /// <param name="heldOut">Sequences that it was not trained on, [Count, Length]; of others the figure means nothing.</param>
    /// <param name="temperature">Divides the generator's logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <returns>At least 1, lower covers the data better; the vocabulary's size for a model that knows nothing.</returns>
    /// <exception cref="ArgumentException">There is no token, a token is outside the generator's vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double Perplexity(IGenerator generator, TokenBatch heldOut, double temperature = 1, CancellationToken cancellationToken = default) =>
        Math.Exp(NegativeLogLikelihood(generator, heldOut, temperature, cancellationToken));

    /// <summary>As the other, under a compiled policy.</summary>
    /// <param name="sampler">The model.</param>
    /// <param name="sequences">Held-out sequences, [Count, Length].</param>
    /// <param name="temperature">Divides the logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentException">There is no token, a token is outside the vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(SequenceSampler sampler, TokenBatch sequences, double temperature = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        float[] values = new float[Math.Min(RowsPerChunk, sequences.Count) * sequences.Length];
        return MeanOverTokens(
            (chunk, destination, divisor, cancellation) =>
            {
                sampler.LogProbabilities(chunk, values, divisor, cancellationToken: cancellation);
                values.AsSpan(0, destination.Length).CopyTo(destination);
            },
            sequences,
            temperature,
            cancellationToken);
    }

    private static double MeanOverTokens(Likelihood likelihood, TokenBatch sequences, double temperature, CancellationToken cancellationToken)
    {
        if (sequences.TokenCount == 0)
            throw new ArgumentException($"The set has {sequences.Count} sequences with 0 tokens; a likelihood needs at least 1 token.", nameof(sequences));
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
                likelihood(chunk, logProbabilities, temperature, cancellationToken);
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

    private delegate void Likelihood(TokenBatch sequences, Span<float> destination, double temperature, CancellationToken cancellationToken);

    private static double Share(TokenBatch sequences, Func<ReadOnlyMemory<int>, bool> isCounted)
    {
        ArgumentNullException.ThrowIfNull(isCounted);
        SequenceSet.ThrowIfEmpty(sequences);
        int counted = 0;
        for (int row = 0; row < sequences.Count; row++)
            counted += isCounted(SequenceComparer.Sequence(sequences, row)) ? 1 : 0;
        return (double)counted / sequences.Count;
    }

    private static double[] Lengths(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        double[] shares = new double[sequences.Length + 1];
        for (int row = 0; row < sequences.Count; row++)
            shares[sequences.LengthOf(row)] += 1.0 / sequences.Count;
        return shares;
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
