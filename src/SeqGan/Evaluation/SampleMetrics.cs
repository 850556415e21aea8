using System.Globalization;

namespace SeqGan;

/// <summary>The figures of a set of generated sequences, beside held-out ones: quality, diversity, and what was copied.</summary>
/// <remarks>Each figure is explained where it is computed: <see cref="BleuReferences"/> and <see cref="SequenceMetrics"/>. Immutable.</remarks>
public sealed record SampleMetrics
{
    private const int LongestBleu = 5, LongestDistinct = 4, LongestDistance = 3;

    private SampleMetrics()
    {
    }

    /// <summary>How many sequences were measured.</summary>
    public required int Count { get; init; }

    /// <summary>The mean BLEU-n against the references, by n from 2 to 5; null without references.</summary>
    public IReadOnlyDictionary<int, double>? Bleu { get; private init; }

    /// <summary>Self-BLEU-n, by n from 2 to 5; null where there is only one sequence.</summary>
    public IReadOnlyDictionary<int, double>? SelfBleu { get; private init; }

    /// <summary>Distinct-n, by n from 1 to 4.</summary>
    public required IReadOnlyDictionary<int, double> Distinct { get; init; }

    /// <summary>The Jensen-Shannon distance from the references' n-grams, by n from 1 to 3; null without references.</summary>
    public IReadOnlyDictionary<int, double>? JensenShannon { get; private init; }

    /// <summary>The distance from the references' length distribution, in tokens; null without references.</summary>
    public double? LengthDistance { get; private init; }

    /// <summary>The share of different sequences.</summary>
    public required double Uniqueness { get; init; }

    /// <summary>The share of sequences that the training data lack; null where these are not known.</summary>
    public double? Novelty => 1 - Copies;

    /// <summary>The share of sequences that stand in the training data; null where these are not known.</summary>
    public double? Copies { get; private init; }

    /// <summary>The mean number of tokens, the end token included.</summary>
    public required double MeanLength { get; init; }

    /// <summary>The share of sequences that ended by themselves; NaN where the format has no end token.</summary>
    public required double EndTokenRate { get; init; }

    /// <summary>The share of bigrams that a sequence had before; NaN where all have fewer than two tokens.</summary>
    public required double RepetitionRate { get; init; }

    /// <summary>Measures generated sequences.</summary>
    /// <param name="generated">Sequences, [Count, Length], at least one.</param>
    /// <param name="format">Their format, and the references'.</param>
    /// <param name="references">Held-out sequences, [Count, Length]; without any, what compares with them is left out.</param>
    /// <param name="training">The fingerprints of the training sequences, or null.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentException">There are no generated sequences.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SampleMetrics Measure(
        TokenBatch generated, SequenceFormat format, TokenBatch references = default, SequenceFingerprints? training = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        TokenSequences sequences = TokenSequences.Of(generated, format);
        var metrics = new SampleMetrics
        {
            Count = generated.Count,
            Distinct = ByOrder(1, LongestDistinct, order => SequenceMetrics.Distinct(sequences, order)),
            Uniqueness = SequenceMetrics.Uniqueness(generated),
            MeanLength = SequenceMetrics.MeanLength(generated),
            EndTokenRate = SequenceMetrics.EndTokenRate(generated, format),
            RepetitionRate = SequenceMetrics.RepetitionRate(sequences),
            Copies = training is null ? null : SequenceMetrics.Copies(generated, training),
        };
        if (sequences.Count > 1)
        {
            BleuScores self = new BleuReferences(sequences, LongestBleu).Self(cancellationToken);
            metrics = metrics with { SelfBleu = ByOrder(2, LongestBleu, order => self[order]) };
        }

        return references.Count == 0 ? metrics : metrics.With(sequences, TokenSequences.Of(references, format), cancellationToken);
    }

    /// <summary>The figures by name, such as <c>bleu_4</c> and <c>uniqueness</c>; those that are null are not there.</summary>
    public IReadOnlyDictionary<string, double> ToDictionary()
    {
        var values = new Dictionary<string, double>();
        AddAll(EvaluationMetricNames.Bleu, Bleu);
        AddAll(EvaluationMetricNames.SelfBleu, SelfBleu);
        AddAll(EvaluationMetricNames.Distinct, Distinct);
        AddAll(EvaluationMetricNames.JensenShannon, JensenShannon);
        Add(EvaluationMetricNames.LengthDistance, LengthDistance);
        Add(EvaluationMetricNames.Uniqueness, Uniqueness);
        Add(EvaluationMetricNames.Novelty, Novelty);
        Add(EvaluationMetricNames.Copies, Copies);
        Add(EvaluationMetricNames.MeanLength, MeanLength);
        Add(EvaluationMetricNames.EndTokenRate, EndTokenRate);
        Add(EvaluationMetricNames.RepetitionRate, RepetitionRate);
        return values;

        void Add(string name, double? value)
        {
            if (value is { } known)
                values[name] = known;
        }

        void AddAll(string name, IReadOnlyDictionary<int, double>? byOrder)
        {
            foreach ((int order, double value) in byOrder ?? new Dictionary<int, double>())
                values[string.Create(CultureInfo.InvariantCulture, $"{name}_{order}")] = value;
        }
    }

    private SampleMetrics With(TokenSequences sequences, TokenSequences references, CancellationToken cancellationToken)
    {
        BleuScores bleu = new BleuReferences(references, LongestBleu).Mean(sequences, cancellationToken);
        return this with
        {
            Bleu = ByOrder(2, LongestBleu, order => bleu[order]),
            JensenShannon = ByOrder(1, LongestDistance, order => SequenceMetrics.JensenShannonDistance(sequences, references, order)),
            LengthDistance = SequenceMetrics.LengthDistance(sequences, references),
        };
    }

    private static Dictionary<int, double> ByOrder(int first, int last, Func<int, double> measure) =>
        Enumerable.Range(first, last - first + 1).ToDictionary(order => order, measure);
}
