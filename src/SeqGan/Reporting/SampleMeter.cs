namespace SeqGan;

/// <summary>Samples a generator and measures the sample beside the data of a corpus.</summary>
internal sealed class SampleMeter
{
    private readonly Corpus _corpus;
    private readonly EvaluationSampling _sampling;
    private readonly TokenBatch _heldOut;
    private readonly TokenBatch _training;

    public SampleMeter(Corpus corpus, int count, ulong seed)
    {
        _corpus = corpus;
        _sampling = new EvaluationSampling(count, seed, temperature: 1, corpus.Labels);
        _heldOut = corpus.HeldOut.TakeEvenly(count);
        _training = corpus.Training.TakeEvenly(count);
        TrainingLengths = CountLengths(corpus.Training);
        HeldOutMetrics = HasHeldOut ? Measure(_heldOut) : new Dictionary<string, double>();
        TrainingMetrics = Measure(_training);
    }

    /// <summary>How many training sequences have each length, [MaxLength + 1].</summary>
    public long[] TrainingLengths { get; }

    public IReadOnlyDictionary<string, double> HeldOutMetrics { get; }

    public IReadOnlyDictionary<string, double> TrainingMetrics { get; }

    public bool HasHeldOut => _heldOut.Count > 0;

    public async ValueTask<(SampleMeasurement Measurement, IReadOnlyList<string> Texts)> MeasureAsync(
        TrainingProgress progress, TrainingContext context, int texts, CancellationToken cancellationToken)
    {
        TokenBatch generated = _sampling.Sample(context.Generator, cancellationToken);
        Dictionary<string, double> metrics = Measure(generated);
        if (HasHeldOut)
            metrics[EvaluationMetricNames.NllTest] = SequenceMetrics.NegativeLogLikelihood(context.Generator, _heldOut, cancellationToken: cancellationToken);
        float[] generatedScores = [], realScores = [];
        if (progress.Phase != TrainingPhase.GeneratorPretraining)
        {
            generatedScores = await ScoreAsync(context.Discriminator, generated, cancellationToken).ConfigureAwait(false);
            realScores = await ScoreAsync(context.Discriminator, HasHeldOut ? _heldOut : _training, cancellationToken).ConfigureAwait(false);
        }

        return (
            new SampleMeasurement(progress, CountLengths(generated), generatedScores, realScores, metrics),
            _corpus.Describe(generated[..Math.Min(texts, generated.Count)]));
    }

    private static async ValueTask<float[]> ScoreAsync(IDiscriminator discriminator, TokenBatch sequences, CancellationToken cancellationToken)
    {
        float[] scores = new float[sequences.Count];
        await discriminator.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
        return scores;
    }

    private long[] CountLengths(TokenBatch sequences)
    {
        long[] counts = new long[_corpus.Format.MaxLength + 1];
        for (int row = 0; row < sequences.Count; row++)
            counts[sequences.LengthOf(row)]++;
        return counts;
    }

    private Dictionary<string, double> Measure(TokenBatch sequences) => new()
    {
        [EvaluationMetricNames.Uniqueness] = SequenceMetrics.Uniqueness(sequences),
        [EvaluationMetricNames.Novelty] = Novelty(sequences),
        [EvaluationMetricNames.MeanLength] = SequenceMetrics.MeanLength(sequences),
        [EvaluationMetricNames.EndTokenRate] = SequenceMetrics.EndTokenRate(sequences, _corpus.Format),
        [ReportMetrics.Sequences] = sequences.Count,
    };

    // A set of the few sequences, not of the corpus, which may be large.
    private double Novelty(TokenBatch sequences)
    {
        HashSet<ReadOnlyMemory<int>> distinct = SequenceComparer.Distinct(sequences);
        HashSet<ReadOnlyMemory<int>> known = new(SequenceComparer.Instance);
        for (int row = 0; row < _corpus.Training.Count; row++)
        {
            ReadOnlyMemory<int> sequence = SequenceComparer.Sequence(_corpus.Training, row);
            if (distinct.Contains(sequence))
                known.Add(sequence);
        }

        return SequenceMetrics.Novelty(sequences, sequence => known.Contains(sequence) && !SequenceSet.Contains(sequence.Span, _corpus.UnknownToken));
    }
}
