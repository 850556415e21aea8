namespace SeqGan;

/// <summary>Generates sequences and reports all of <see cref="SampleMetrics"/>: BLEU, self-BLEU, diversity, copies, form.</summary>
/// <remarks>
/// It reports what <see cref="SampleEvaluator"/> does and more, under the same names: use one of the two. Every evaluation draws
/// with the same random numbers.
/// </remarks>
public sealed class QualityEvaluator : IEvaluator
{
    private readonly SampleMetrics.Meter _meter;
    private readonly SequenceFingerprints _training;
    private readonly EvaluationSampling _sampling;

    /// <summary>Measures against the held-out sequences of a corpus; without any, what needs references is left out.</summary>
    /// <param name="corpus">Its held-out sequences are the references, its training sequences those that are not novel.</param>
    /// <param name="count">How many sequences to generate; at least 1.</param>
    /// <param name="seed">Determines every draw.</param>
    /// <param name="temperature">Divides the generator's logits; positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="temperature"/> is out of range.</exception>
    public QualityEvaluator(Corpus corpus, int count, ulong seed = 0, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        _meter = new SampleMetrics.Meter(corpus.Format, corpus.HeldOut.Count == 0 ? null : corpus.HeldOut, unknownToken: corpus.UnknownToken);
        _training = SequenceFingerprints.Of(corpus.Training);
        _sampling = new EvaluationSampling(count, seed, temperature, corpus.Labels);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return new(_meter.Measure(_sampling.Sample(generator, cancellationToken), _training, cancellationToken).ToDictionary());
    }
}
