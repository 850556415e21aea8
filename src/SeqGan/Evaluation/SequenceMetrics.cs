using System.Buffers;

namespace SeqGan.Evaluation;

/// <summary>Measures sets of sequences, [Count, Length]. An empty set or an invalid order is an <see cref="ArgumentException"/>.</summary>
/// <remarks>
/// Sequences are compared token by token, with the end token and without padding. N-grams are runs of n tokens, n in [1, 16], without the
/// end token, which the format has; the format is null if there is none. Counting is exact. No figure alone shows that a generator is
/// good: read likelihood together with diversity. Thread-safe.
/// </remarks>
public static partial class SequenceMetrics
{
    // Enough rows to work in parallel, few enough for any memory.
    private const int RowsPerChunk = 512;

    /// <summary>The share of distinct sequences: distinct ones divided by all.</summary>
    /// <returns>
    /// In (0, 1]; higher is more diverse. It falls with the number of sequences, so compare equal counts. Real data with few possible
    /// sequences is below 1, too; noise has 1.
    /// </returns>
    public static double Uniqueness(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        return (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;
    }

    /// <summary>The share of generated sequences that are not in the training data; 1 - novelty is the share of copies.</summary>
    /// <returns>
    /// In [0, 1]; 0 means that the generator has memorised the data. A copy counts as often as it was generated. High is not good in
    /// itself: noise has 1, and a perfect model of data with few possible sequences repeats many of them. Compare with real data that was
    /// not trained on.
    /// </returns>
    public static double Novelty(TokenBatch generated, TokenBatch training)
    {
        SequenceSet.ThrowIfEmpty(training);
        return Novelty(generated, SequenceComparer.Distinct(training).Contains);
    }

    /// <summary>The share of generated sequences that are not in the training data.</summary>
    /// <remarks>
    /// The function says whether a sequence, without its padding, is in the training data; for example a model file's
    /// <see cref="SequenceFingerprints.Contains"/>.
    /// </remarks>
    /// <inheritdoc cref="Novelty(TokenBatch, TokenBatch)"/>
    public static double Novelty(TokenBatch generated, Func<ReadOnlyMemory<int>, bool> isTraining)
    {
        SequenceSet.ThrowIfEmpty(generated);
        ArgumentNullException.ThrowIfNull(isTraining);
        return 1 - Validity(generated, isTraining);
    }

    /// <summary>The share of sequences that are valid by your rule for one without its padding. Its exceptions pass through.</summary>
    /// <returns>In [0, 1]; higher is better, but a generator of a single valid sequence has 1.</returns>
    public static double Validity(TokenBatch sequences, Func<ReadOnlyMemory<int>, bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(isValid);
        SequenceSet.ThrowIfEmpty(sequences);
        int valid = Enumerable.Range(0, sequences.Count).Count(row => isValid(SequenceComparer.Sequence(sequences, row)));
        return (double)valid / sequences.Count;
    }

    /// <summary>The share of texts, at least one, that are valid by your rule. Its exceptions pass through.</summary>
    /// <inheritdoc cref="Validity(TokenBatch, Func{ReadOnlyMemory{int}, bool})"/>
    public static double Validity(IEnumerable<string> texts, Func<string, bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(isValid);
        bool[] valid = [.. texts.Select(isValid)];
        return valid.Length > 0
            ? (double)valid.Count(isTrue => isTrue) / valid.Length
            : throw new ArgumentException("The set has 0 texts; a metric needs at least 1.", nameof(texts));
    }

    /// <summary>The earth mover's (Wasserstein-1) distance of two sets' distributions of lengths, divided by the longest length.</summary>
    /// <returns>In [0, 1], symmetric; 0 if both have the same share of sequences of every length. Lengths count the end token.</returns>
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
    /// <returns>In [0, Length]; compare with the training data's.</returns>
    public static double MeanLength(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        return (double)sequences.TokenCount / sequences.Count;
    }

    /// <summary>The share of sequences with an end token; the others reached the maximum length.</summary>
    /// <returns>In [0, 1]; NaN if the format has no end token. Compare with the training data's.</returns>
    public static double EndTokenRate(TokenBatch sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        SequenceSet.ThrowIfEmpty(sequences);
        if (format.EndToken is not { } end)
            return double.NaN;
        return (double)Enumerable.Range(0, sequences.Count).Count(row => sequences[row].EndsWith([end])) / sequences.Count;
    }

    /// <summary>The mean negative log-likelihood of sequences under a generator.</summary>
    /// <returns>
    /// Nats a token, with the end token and without padding: the sum over all tokens divided by their number. At least 0, lower is
    /// likelier; positive infinity if a token has probability 0; NaN if the generator returns NaN.
    /// </returns>
    /// <remarks>
    /// NLL_test is of held-out sequences under the trained generator, NLL_oracle of generated ones under the oracle. NLL_oracle alone
    /// rewards a generator that repeats one likely sequence; NLL_test alone cannot see that it also generates bad ones. Always report both.
    /// The temperature divides the logits; it is positive and finite.
    /// </remarks>
    /// <param name="generator">The generator.</param>
    /// <param name="sequences">The sequences, [Count, Length].</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="knownTokensOnly">
    /// Whether tokens that are the format's unknown token are left out of sum and number. They are read all the same. An unknown token is
    /// likelier than the word that it stands for, so a figure with many of them is too low; without them it is of the words that the
    /// vocabulary has. Probabilities are the same either way: each is beside that of an unknown token.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">There is no token, a token is outside the vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double NegativeLogLikelihood(
        IGenerator generator, TokenBatch sequences, double temperature = 1, bool knownTokensOnly = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        void Measure(TokenBatch chunk, Memory<float> values) =>
            generator.LogProbabilities(chunk, values.Span, temperature, cancellationToken: cancellationToken);
        return MeanOverTokens(Measure, sequences, knownTokensOnly ? generator.Format.UnknownToken : null, cancellationToken);
    }

    /// <summary>
    /// The perplexity under a generator of held-out sequences, which it was not trained on: exp of the negative log-likelihood. The
    /// temperature divides the logits; it is positive and finite.
    /// </summary>
    /// <returns>At least 1, lower covers the data better; an untrained model has about the vocabulary's size.</returns>
    /// <exception cref="ArgumentException">There is no token, a token is outside the vocabulary, or a length does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double Perplexity(
        IGenerator generator, TokenBatch heldOut, double temperature = 1, CancellationToken cancellationToken = default) =>
        Math.Exp(NegativeLogLikelihood(generator, heldOut, temperature, cancellationToken: cancellationToken));

    /// <summary>The mean negative log-likelihood of sequences under a compiled policy.</summary>
    /// <inheritdoc cref="NegativeLogLikelihood(IGenerator, TokenBatch, double, bool, CancellationToken)"/>
    public static double NegativeLogLikelihood(
        SequenceSampler sampler, TokenBatch sequences, double temperature = 1, bool knownTokensOnly = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        void Measure(TokenBatch chunk, Memory<float> values) =>
            sampler.LogProbabilities(chunk, values, temperature, cancellationToken: cancellationToken);
        return MeanOverTokens(Measure, sequences, knownTokensOnly ? sampler.Policy.Format.UnknownToken : null, cancellationToken);
    }

    /// <summary>Whether a sequence has the format's unknown token.</summary>
    internal static bool HasUnknown(TokenBatch sequences, SequenceFormat format) =>
        format.UnknownToken is { } unknown && Enumerable.Range(0, sequences.Count).Any(row => sequences[row].Contains(unknown));

    private static double MeanOverTokens(
        Action<TokenBatch, Memory<float>> likelihood, TokenBatch sequences, int? leftOut, CancellationToken cancellationToken)
    {
        long count = 0;
        for (int row = 0; row < sequences.Count; row++)
            count += sequences.LengthOf(row) - (leftOut is { } token ? sequences[row].Count(token) : 0);
        if (count == 0)
            throw new ArgumentException(
                $"The set has {sequences.Count} sequences with 0 {(leftOut is null ? "" : "known ")}tokens; "
                    + "a likelihood needs at least 1 token.",
                nameof(sequences));
        int rows = Math.Min(RowsPerChunk, sequences.Count);
        float[] rented = ArrayPool<float>.Shared.Rent(rows * sequences.Length);
        try
        {
            double total = 0;
            for (int start = 0; start < sequences.Count; start += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TokenBatch chunk = sequences.Slice(start, Math.Min(rows, sequences.Count - start));
                Memory<float> logProbabilities = rented.AsMemory(0, chunk.Count * chunk.Length);
                likelihood(chunk, logProbabilities);
                double sum = 0;
                for (int row = 0; row < chunk.Count; row++)
                {
                    ReadOnlySpan<int> tokens = chunk[row];
                    ReadOnlySpan<float> values = logProbabilities.Span.Slice(row * chunk.Length, tokens.Length);
                    for (int position = 0; position < tokens.Length; position++)
                        sum += tokens[position] == leftOut ? 0 : values[position];
                }

                total += sum;
            }

            // Not -total, which is minus zero for certain tokens.
            return 0 - total / count;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static double[] Lengths(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        double[] shares = new double[sequences.Length + 1];
        for (int row = 0; row < sequences.Count; row++)
            shares[sequences.LengthOf(row)] += 1.0 / sequences.Count;
        return shares;
    }
}
