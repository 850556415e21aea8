namespace SeqGan;

/// <summary>Generates sequences and measures their diversity and lengths.</summary>
/// <remarks>
/// Reports <see cref="EvaluationMetricNames.Uniqueness"/>, <see cref="EvaluationMetricNames.Novelty"/>,
/// <see cref="EvaluationMetricNames.MeanLength"/> and <see cref="EvaluationMetricNames.EndTokenRate"/>; what they mean and
/// where they mislead stands at <see cref="SequenceMetrics"/>. Every evaluation draws with the same random numbers.
/// </remarks>
public sealed class SampleEvaluator : IEvaluator
{
    private readonly HashSet<ReadOnlyMemory<int>> _training;
    private readonly EvaluationSampling _sampling;
    private readonly int? _unknownToken;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="corpus">Its training sequences are those that are not novel.</param>
    /// <param name="count">How many sequences to generate; at least 1.</param>
    /// <param name="seed">Determines every draw.</param>
    /// <param name="temperature">Divides the generator's logits; positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="temperature"/> is out of range.</exception>
    public SampleEvaluator(Corpus corpus, int count, ulong seed = 0, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        _training = SequenceComparer.Distinct(corpus.Training);
        _unknownToken = corpus.UnknownToken;
        _sampling = new EvaluationSampling(count, seed, temperature, corpus.Labels);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        TokenBatch generated = _sampling.Sample(generator, cancellationToken);
        return new(new Dictionary<string, double>
        {
            [EvaluationMetricNames.Uniqueness] = SequenceMetrics.Uniqueness(generated),
            [EvaluationMetricNames.Novelty] = SequenceMetrics.Novelty(generated, sequence => _training.Contains(sequence) && !SequenceSet.Contains(sequence.Span, _unknownToken)),
            [EvaluationMetricNames.MeanLength] = SequenceMetrics.MeanLength(generated),
            [EvaluationMetricNames.EndTokenRate] = SequenceMetrics.EndTokenRate(generated, generator.Format),
        });
    }
}
