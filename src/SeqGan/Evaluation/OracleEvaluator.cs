namespace SeqGan;

/// <summary>NLL_oracle: the mean negative log-likelihood, nats a token, of generated sequences under an oracle: the metric of the paper's synthetic data experiments.</summary>
/// <remarks>
/// Reports <see cref="EvaluationMetricNames.NllOracle"/>; lower is likelier. A generator that repeats one likely sequence is
/// below the oracle itself, so report it with NLL_test. Every evaluation draws with the same random numbers: differences
/// between two are the generator's, not luck's.
/// </remarks>
public sealed class OracleEvaluator : IEvaluator
{
    private readonly IGenerator _oracle;
    private readonly EvaluationSampling _sampling;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="oracle">The distribution that the training data came from. The caller disposes it.</param>
    /// <param name="count">How many sequences to generate; at least 1.</param>
    /// <param name="seed">Determines every draw.</param>
    /// <param name="temperature">Divides the generator's logits; positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="temperature"/> is out of range.</exception>
    public OracleEvaluator(IGenerator oracle, int count, ulong seed = 0, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(oracle);
        _oracle = oracle;
        _sampling = new EvaluationSampling(count, seed, temperature);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The generator's vocabulary or maximum length is not the oracle's.</exception>
    public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        (SequenceFormat format, SequenceFormat oracle) = (generator.Format, _oracle.Format);
        if (format.VocabularySize != oracle.VocabularySize || format.MaxLength > oracle.MaxLength)
        {
            throw new ArgumentException(
                $"The generator has {format.VocabularySize} tokens and sequences of at most {format.MaxLength}, the oracle {oracle.VocabularySize} and {oracle.MaxLength}; they must speak the same language.",
                nameof(generator));
        }

        if (oracle.LabelCount > 0 && oracle.LabelCount != format.LabelCount)
            throw new ArgumentException($"The generator has {format.LabelCount} labels, the oracle {oracle.LabelCount}; an oracle has as many or none.", nameof(generator));

        TokenBatch generated = _sampling.Sample(generator, cancellationToken);
        if (oracle.LabelCount == 0)
            generated = new TokenBatch(generated.Tokens, generated.Count, generated.Length, generated.Lengths);
        return new(new Dictionary<string, double>
        {
            [EvaluationMetricNames.NllOracle] = SequenceMetrics.NegativeLogLikelihood(_oracle, generated, cancellationToken: cancellationToken),
        });
    }
}
