using System.Buffers;

namespace SeqGan;

public static partial class SequenceMetrics
{
    // Enough rows for an implementation to work in parallel, few enough for any memory.
    private const int RowsPerChunk = 512;

    private delegate void LogProbabilities(TokenBatch sequences, Memory<float> destination);

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
    /// <exception cref="ArgumentException">There are no sequences, a token is outside the generator's vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(IGenerator generator, TokenBatch sequences, double temperature = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return NegativeLogLikelihood(
            sequences, (chunk, destination) => generator.LogProbabilities(chunk, destination.Span, temperature, cancellationToken), cancellationToken);
    }

    /// <summary>As the other, under a compiled policy.</summary>
    /// <param name="sampler">The model.</param>
    /// <param name="sequences">Held-out sequences, [Count, Length].</param>
    /// <param name="temperature">Divides the logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentException">There are no sequences, a token is outside the vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(SequenceSampler sampler, TokenBatch sequences, double temperature = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        return NegativeLogLikelihood(
            sequences, (chunk, destination) => sampler.LogProbabilities(chunk, destination, temperature, cancellationToken), cancellationToken);
    }

    /// <summary>The perplexity of held-out sequences: e to the power of their <see cref="NegativeLogLikelihood(IGenerator, TokenBatch, double, CancellationToken)"/>.</summary>
    /// <param name="negativeLogLikelihood">Nats a token, at least 0, of sequences that were not trained on.</param>
    /// <returns>
    /// At least 1, lower is better: the number of tokens among which a model that guesses evenly would be as uncertain.
    /// Comparable only between models of the same tokens.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The likelihood is negative or NaN.</exception>
    public static double Perplexity(double negativeLogLikelihood) => negativeLogLikelihood >= 0
        ? Math.Exp(negativeLogLikelihood)
        : throw new ArgumentOutOfRangeException(nameof(negativeLogLikelihood), negativeLogLikelihood, "A negative log-likelihood of tokens is at least 0.");

    private static double NegativeLogLikelihood(TokenBatch sequences, LogProbabilities logProbabilities, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(sequences);
        int rows = Math.Min(RowsPerChunk, sequences.Count);
        float[] rented = ArrayPool<float>.Shared.Rent(rows * sequences.Length);
        try
        {
            double total = 0;
            for (int start = 0; start < sequences.Count; start += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TokenBatch chunk = sequences.Slice(start, Math.Min(rows, sequences.Count - start));
                Memory<float> destination = rented.AsMemory(0, chunk.Count * chunk.Length);
                logProbabilities(chunk, destination);
                total += SumOverTokens(chunk, destination.Span);
            }

            // Not -total: of sure tokens that would be minus zero.
            return 0 - total / sequences.TokenCount;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
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
