namespace SeqGan.Reporting;

/// <summary>Samples a generator and measures the sample beside the data of a corpus.</summary>
internal sealed class SampleMeter
{
    /// <summary>The metric that counts the sequences which the others measure.</summary>
    public const string Sequences = "sequences";

    private readonly Corpus _corpus;
    private readonly int _count;
    private readonly ulong _seed;
    private readonly TokenBatch _heldOut, _training;
    private readonly IEvaluator? _likelihood;
    private readonly SequenceFingerprints _known;

    public SampleMeter(Corpus corpus, int count, ulong seed)
    {
        (_corpus, _count, _seed) = (corpus, count, seed);
        (_heldOut, _training) = (corpus.HeldOut.TakeEvenly(count), corpus.Training.TakeEvenly(count));
        _likelihood = _heldOut.Count > 0 ? Evaluators.HeldOutLikelihood(_heldOut) : null;
        _known = SequenceFingerprints.Of(corpus.Training);
        Data = new DataSummary(
            corpus.Training.Count, DataSummary.FactsOf(corpus), CountLengths(corpus.Training), Measure(_training),
            _heldOut.Count > 0 ? Measure(_heldOut) : []);
    }

    public DataSummary Data { get; }

    public async ValueTask<(SampleMeasurement Measurement, IReadOnlyList<string> Texts)> MeasureAsync(
        TrainingProgress progress, TrainingContext context, int texts, CancellationToken cancellationToken)
    {
        TokenBatch generated = context.Sample(_count, _seed, cancellationToken);
        Dictionary<string, double> metrics = Measure(generated);
        if (_likelihood is not null)
        {
            foreach ((string name, double value) in
                await _likelihood.EvaluateAsync(context.Generator, cancellationToken).ConfigureAwait(false))
                metrics[name] = value;
        }

        TokenBatch real = Data.HasHeldOut ? _heldOut : _training;
        bool isTrained = progress.Phase != TrainingPhase.GeneratorPretraining;
        float[] generatedScores = new float[isTrained ? generated.Count : 0], realScores = new float[isTrained ? real.Count : 0];
        if (isTrained)
        {
            await context.Discriminator.ScoreAsync(generated, generatedScores, cancellationToken).ConfigureAwait(false);
            await context.Discriminator.ScoreAsync(real, realScores, cancellationToken).ConfigureAwait(false);
        }

        return (
            new SampleMeasurement(ReportedProgress.Of(progress), CountLengths(generated), generatedScores, realScores, metrics),
            context.Describe(generated[..Math.Min(texts, generated.Count)]));
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
        [EvaluationMetricNames.Novelty] = SequenceMetrics.Novelty(sequences, sequence => IsCopy(sequence.Span)),
        [EvaluationMetricNames.MeanLength] = SequenceMetrics.MeanLength(sequences),
        [EvaluationMetricNames.EndTokenRate] = SequenceMetrics.EndTokenRate(sequences, _corpus.Format),
        [Sequences] = sequences.Count,
    };

    // Two unknown tokens are hardly the same word.
    private bool IsCopy(ReadOnlySpan<int> sequence) =>
        _known.Contains(sequence) && !(_corpus.Format.UnknownToken is { } unknown && sequence.Contains(unknown));
}

/// <summary>Generated sequences of each length, [MaxLength + 1], and the discriminator's scores; none before it was trained.</summary>
internal sealed record SampleMeasurement(
    ReportedProgress Progress, long[] Lengths, float[] GeneratedScores, float[] RealScores, Dictionary<string, double> Metrics)
{
    public void ThrowIfInvalid()
    {
        Progress.ThrowIfInvalid();
        DataSummary.ThrowIfNoLengths(Lengths);
    }
}
