namespace SeqGan.Evaluation;

/// <summary>The quality, diversity and form of one set of generated sequences, measured in one call. Immutable.</summary>
/// <remarks><see cref="BleuReferences"/> and <see cref="SequenceMetrics"/> explain the figures. Read quality with diversity.</remarks>
public sealed record SampleMetrics
{
    private SampleMetrics()
    {
    }

    /// <summary>BLEU-2 to BLEU-5 against the reference set, by order, in [0, 1]; null without one. Higher is closer to it.</summary>
    public IReadOnlyDictionary<int, double>? Bleu { get; private init; }

    /// <summary>Self-BLEU-2 to self-BLEU-5, by order, in [0, 1]; null for fewer than 2 sequences. Lower is more diverse.</summary>
    public IReadOnlyDictionary<int, double>? SelfBleu { get; private init; }

    /// <summary>Distinct-1 to distinct-4, by order, in [0, 1]. Higher is more diverse.</summary>
    public IReadOnlyDictionary<int, double> Distinct { get; private init; } = new Dictionary<int, double>();

    /// <summary>The Jensen-Shannon distance of the 2-grams from the references', in [0, 1]; null without them. Lower is closer.</summary>
    public double? JensenShannon { get; private init; }

    /// <summary>The distance of the lengths from the references', in [0, 1]; null without them. Lower is closer.</summary>
    public double? LengthDistance { get; private init; }

    /// <summary>The share of distinct sequences, in (0, 1]. Higher is more diverse.</summary>
    public double Uniqueness { get; private init; }

    /// <summary>The share of sequences that are not in the training data, in [0, 1]; null without training data.</summary>
    public double? Novelty { get; private init; }

    /// <summary>The share of sequences with an end token, in [0, 1]; null without a format that has one.</summary>
    public double? EndTokenRate { get; private init; }

    /// <summary>The share of 4-grams that repeat one of the same sequence, in [0, 1). Lower repeats less.</summary>
    public double RepetitionRate { get; private init; }

    /// <summary>The mean number of tokens, the end token included.</summary>
    public double MeanLength { get; private init; }

    /// <summary>Measures at least one generated sequence, [Count, Length].</summary>
    /// <remarks>
    /// The format has the end token. References are real sequences that were not trained on, [Count, Length]. Null leaves out the metrics
    /// that need the argument. The unknown token, such as <see cref="Vocabulary.UnknownId"/>, matches no token of the references, in BLEU
    /// and in the Jensen-Shannon distance, and a sequence with one is novel.
    /// </remarks>
    /// <exception cref="ArgumentException">A given set has no sequence.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SampleMetrics Measure(
        TokenBatch generated, SequenceFormat? format = null, TokenBatch? reference = null, SequenceFingerprints? training = null,
        bool smoothing = true, int? unknownToken = null, CancellationToken cancellationToken = default)
    {
        SequenceSet.ThrowIfEmpty(generated);
        return new Meter(format, reference, smoothing, unknownToken).Measure(generated, training, cancellationToken);
    }

    /// <summary>All figures that are not null, under the names of <see cref="EvaluationMetricNames"/>.</summary>
    public IReadOnlyDictionary<string, double> ToDictionary()
    {
        var all = new Dictionary<string, double>(StringComparer.Ordinal);
        AddOrders("bleu_", Bleu);
        AddOrders("self_bleu_", SelfBleu);
        AddOrders("distinct_", Distinct);
        Add(EvaluationMetricNames.JensenShannon, JensenShannon);
        Add(EvaluationMetricNames.LengthDistance, LengthDistance);
        Add(EvaluationMetricNames.Uniqueness, Uniqueness);
        Add(EvaluationMetricNames.Novelty, Novelty);
        Add(EvaluationMetricNames.EndTokenRate, EndTokenRate);
        Add(EvaluationMetricNames.RepetitionRate, RepetitionRate);
        Add(EvaluationMetricNames.MeanLength, MeanLength);
        return all;

        void AddOrders(string prefix, IReadOnlyDictionary<int, double>? values)
        {
            foreach ((int order, double value) in values ?? new Dictionary<int, double>())
                all.Add(string.Create(CultureInfo.InvariantCulture, $"{prefix}{order}"), value);
        }

        void Add(string name, double? value)
        {
            if (value is { } figure)
                all.Add(name, figure);
        }
    }

    /// <summary>Measures sets of generated sequences against one reference set, which is counted once.</summary>
    internal sealed class Meter
    {
        private readonly SequenceFormat? _format;
        private readonly TokenBatch? _reference;
        private readonly BleuReferences? _bleu;
        private readonly bool _smoothing;
        private readonly int? _unknownToken;

        public Meter(SequenceFormat? format, TokenBatch? reference, bool smoothing = true, int? unknownToken = null)
        {
            (_format, _smoothing, _unknownToken) = (format, smoothing, unknownToken);
            if (reference is not { } sentences)
                return;
            _reference = unknownToken is { } unknown ? SequenceSet.WithoutMatch(sentences, unknown) : sentences;
            _bleu = new BleuReferences(_reference.Value, format);
        }

        public SampleMetrics Measure(TokenBatch generated, SequenceFingerprints? training, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool IsCopy(ReadOnlyMemory<int> sequence) =>
                training.Contains(sequence.Span) && !(_unknownToken is { } unknown && sequence.Span.Contains(unknown));
            IReadOnlyDictionary<int, double>? selfBleu = generated.Count < 2
                ? null
                : new BleuReferences(generated, _format).SelfMean(_smoothing, cancellationToken: cancellationToken);
            return new SampleMetrics
            {
                Bleu = FromTwo(_bleu?.Mean(generated, _smoothing, cancellationToken: cancellationToken)),
                SelfBleu = FromTwo(selfBleu),
                Distinct = Enumerable.Range(1, 4).ToDictionary(n => n, n => SequenceMetrics.Distinct(generated, n, _format)),
                JensenShannon = _reference is { } real ? SequenceMetrics.JensenShannonDistance(generated, real, 2, _format) : null,
                LengthDistance = _reference is { } sentences ? SequenceMetrics.LengthDistance(generated, sentences) : null,
                Uniqueness = SequenceMetrics.Uniqueness(generated),
                Novelty = training is null ? null : SequenceMetrics.Novelty(generated, IsCopy),
                EndTokenRate = _format?.EndToken is null ? null : SequenceMetrics.EndTokenRate(generated, _format),
                RepetitionRate = SequenceMetrics.RepetitionRate(generated, 4, _format),
                MeanLength = SequenceMetrics.MeanLength(generated),
            };
        }

        private static Dictionary<int, double>? FromTwo(IReadOnlyDictionary<int, double>? scores) =>
            scores?.Where(score => score.Key >= 2).ToDictionary(score => score.Key, score => score.Value);
    }
}
