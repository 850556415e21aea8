namespace SeqGan.Evaluation;

/// <summary>
/// The evaluators of this library: each measures a generator at any time of a training, under the names of
/// <see cref="EvaluationMetricNames"/>.
/// </summary>
/// <remarks>
/// An evaluator that generates sequences draws with the same random numbers at every evaluation: a difference between two evaluations is
/// the generator's, not chance. Labels of generated sequences are in the proportions of the training data.
/// </remarks>
public static class Evaluators
{
    /// <summary>NLL_test: the mean negative log-likelihood, in nats a token, of held-out sequences under the generator.</summary>
    /// <remarks>
    /// Reports <see cref="EvaluationMetricNames.NllTest"/>; lower covers the data better. It rises when a generator overfits or no longer
    /// covers parts of the data, which no figure of generated sequences shows. If the sequences have unknown tokens, it also reports
    /// <see cref="EvaluationMetricNames.NllTestKnown"/>, which leaves them out.
    /// </remarks>
    /// <exception cref="ArgumentException">The corpus holds nothing out.</exception>
    public static IEvaluator HeldOutLikelihood(Corpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return corpus.HeldOut.Count > 0
            ? HeldOutLikelihood(corpus.HeldOut)
            : throw new ArgumentException(
                $"The corpus holds no sequence out; set {nameof(CorpusOptions)}.{nameof(CorpusOptions.HeldOutFraction)} above 0.",
                nameof(corpus));
    }

    /// <summary>NLL_test of given sequences, [Count, Length], which must not change while the evaluator is used.</summary>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    /// <inheritdoc cref="HeldOutLikelihood(Corpus)"/>
    public static IEvaluator HeldOutLikelihood(TokenBatch sequences)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        return new Evaluator(() => [EvaluationMetricNames.NllTest, EvaluationMetricNames.NllTestKnown], (generator, cancellationToken) =>
        {
            Dictionary<string, double> metrics =
                NegativeLogLikelihood(EvaluationMetricNames.NllTest, generator, sequences, cancellationToken);
            if (SequenceMetrics.HasUnknown(sequences, generator.Format))
                metrics[EvaluationMetricNames.NllTestKnown] =
                    SequenceMetrics.NegativeLogLikelihood(generator, sequences, 1, knownTokensOnly: true, cancellationToken);
            return metrics;
        });
    }

    /// <summary>NLL_oracle, the metric of the paper's synthetic data: as NLL_test, of generated sequences under an oracle.</summary>
    /// <remarks>
    /// Reports <see cref="EvaluationMetricNames.NllOracle"/>; lower is likelier. The oracle, which the caller disposes, is the distribution
    /// that the training data came from. It generates at least 1 sequence; the seed determines every draw, and the temperature, positive
    /// and finite, divides the generator's logits. A generator that repeats one likely sequence is below the
    /// oracle itself, so report it with NLL_test. An evaluation throws an <see cref="ArgumentException"/> if the generator's vocabulary,
    /// maximum length or labels do not fit the oracle's.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The count or the temperature is out of range.</exception>
    public static IEvaluator Oracle(IGenerator oracle, int count, ulong seed = 0, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(oracle);
        var sampling = new EvaluationSampling(count, seed, temperature);
        return new Evaluator(() => [EvaluationMetricNames.NllOracle], (generator, cancellationToken) =>
        {
            ThrowIfOther(generator.Format, oracle.Format, nameof(generator));
            TokenBatch generated = sampling.Sample(generator, cancellationToken);
            if (oracle.Format.LabelCount == 0)
                generated = new TokenBatch(generated.Tokens, generated.Count, generated.Length, generated.Lengths);
            return NegativeLogLikelihood(EvaluationMetricNames.NllOracle, oracle, generated, cancellationToken);
        });
    }

    /// <summary>All of <see cref="SampleMetrics"/> of generated sequences: BLEU, self-BLEU, diversity, novelty, lengths.</summary>
    /// <remarks>
    /// The held-out sequences are the references, the training sequences those that are not novel. If the corpus holds nothing out, metrics
    /// that need references are left out. It generates at least 1 sequence; the seed determines every draw, and the temperature, positive
    /// and finite, divides the generator's logits.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The count or the temperature is out of range.</exception>
    public static IEvaluator Quality(Corpus corpus, int count, ulong seed = 0, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var sampling = new EvaluationSampling(count, seed, temperature, corpus.Labels);
        TokenBatch? reference = corpus.HeldOut.Count == 0 ? null : corpus.HeldOut;
        var meter = new SampleMetrics.Meter(corpus.Format, reference, unknownToken: corpus.Format.UnknownToken);
        var training = SequenceFingerprints.Of(corpus.Training);
        return new Evaluator(() => Measure(corpus.Training.Slice(0, Math.Min(2, corpus.Training.Count)), CancellationToken.None).Keys,
            (generator, cancellationToken) => Measure(sampling.Sample(generator, cancellationToken), cancellationToken));

        IReadOnlyDictionary<string, double> Measure(TokenBatch sequences, CancellationToken cancellationToken) =>
            meter.Measure(sequences, training, cancellationToken).ToDictionary();
    }

    /// <summary>The names of what an evaluator measures; null if it is not one of these, and may measure anything.</summary>
    internal static IEnumerable<string>? MetricsOf(IEvaluator evaluator) => (evaluator as Evaluator)?.Metrics();

    private static Dictionary<string, double> NegativeLogLikelihood(
        string name, IGenerator generator, TokenBatch sequences, CancellationToken cancellationToken) =>
        new() { [name] = SequenceMetrics.NegativeLogLikelihood(generator, sequences, cancellationToken: cancellationToken) };

    private static void ThrowIfOther(SequenceFormat format, SequenceFormat oracle, string parameterName)
    {
        string? problem = format.VocabularySize != oracle.VocabularySize || format.MaxLength > oracle.MaxLength
            ? $"{format.VocabularySize} tokens and sequences of at most {format.MaxLength}, the oracle {oracle.VocabularySize} and "
                + $"{oracle.MaxLength}; they must speak the same language"
            : oracle.LabelCount > 0 && oracle.LabelCount != format.LabelCount
                ? $"{format.LabelCount} labels, the oracle {oracle.LabelCount}; an oracle has as many or none"
                : null;
        if (problem is not null)
            throw new ArgumentException($"The generator has {problem}.", parameterName);
    }

    private sealed class Evaluator(
        Func<IEnumerable<string>> metrics, Func<IGenerator, CancellationToken, IReadOnlyDictionary<string, double>> evaluate) : IEvaluator
    {
        public IEnumerable<string> Metrics() => metrics();

        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(
            IGenerator generator, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(generator);
            return new(evaluate(generator, cancellationToken));
        }
    }
}

/// <summary>Samples with the same draws at every evaluation.</summary>
internal sealed class EvaluationSampling
{
    private readonly int _count;
    private readonly RandomKey _key;
    private readonly double _temperature;
    private readonly LabelSet? _labels;

    /// <summary>The labels determine in what proportions labels are; null means in equal ones.</summary>
    public EvaluationSampling(int count, ulong seed, double temperature, LabelSet? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is positive and finite.");
        (_count, _temperature, _labels) = (count, temperature, labels);
        _key = new RandomKey(seed, RandomPurpose.Evaluation);
    }

    public TokenBatch Sample(IGenerator generator, CancellationToken cancellationToken)
    {
        int count = generator.Format.LabelCount;
        LabelSet? labels = _labels ?? (count == 0 ? null : LabelSet.Numbered(count));
        var request = new SampleRequest
        {
            Key = _key,
            Temperature = _temperature,
            Labels = labels?.Spread(_count, _key with { Purpose = RandomPurpose.Labels }) ?? [],
        };
        return generator.Sample(_count, request, cancellationToken).AsBatch();
    }
}
