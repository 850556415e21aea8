using System.Runtime.InteropServices;

namespace SeqGan.Reporting;

/// <summary>Samples a generator and measures the sample beside the data of a corpus.</summary>
internal sealed class SampleMeter
{
    /// <summary>The metric that counts the sequences which the others measure.</summary>
    public const string Sequences = "sequences";

    private readonly Corpus _corpus;
    private readonly int _count;
    private readonly ulong _seed;
    private readonly TokenBatch _heldOut;
    private readonly TokenBatch _training;

    public SampleMeter(Corpus corpus, int count, ulong seed)
    {
        (_corpus, _count, _seed) = (corpus, count, seed);
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
        TokenBatch generated = context.Sample(_count, _seed, cancellationToken);
        Dictionary<string, double> metrics = Measure(generated);
        if (HasHeldOut)
        {
            metrics[EvaluationMetricNames.NllTest] =
                SequenceMetrics.NegativeLogLikelihood(context.Generator, _heldOut, cancellationToken: cancellationToken);
        }

        float[] generatedScores = [], realScores = [];
        if (progress.Phase != TrainingPhase.GeneratorPretraining)
        {
            generatedScores = await ScoreAsync(context.Discriminator, generated, cancellationToken).ConfigureAwait(false);
            TokenBatch real = HasHeldOut ? _heldOut : _training;
            realScores = await ScoreAsync(context.Discriminator, real, cancellationToken).ConfigureAwait(false);
        }

        return (
            new SampleMeasurement(ReportedProgress.Of(progress), CountLengths(generated), generatedScores, realScores, metrics),
            context.Describe(generated[..Math.Min(texts, generated.Count)]));
    }

    private static async ValueTask<float[]> ScoreAsync(
        IDiscriminator discriminator, TokenBatch sequences, CancellationToken cancellationToken)
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
        [Sequences] = sequences.Count,
    };

    // A set of the few sequences, not of the corpus, which may be large. Two unknown tokens are hardly the same word.
    private double Novelty(TokenBatch sequences)
    {
        HashSet<string> distinct = [];
        for (int row = 0; row < sequences.Count; row++)
            distinct.Add(new string(Characters(sequences[row])));
        var known = new HashSet<string>();
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = distinct.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < _corpus.Training.Count; row++)
        {
            if (lookup.TryGetValue(Characters(_corpus.Training[row]), out string? sequence))
                known.Add(sequence);
        }

        int copies = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            bool isKnown = _corpus.Vocabulary is null || !sequences[row].Contains(Vocabulary.UnknownId);
            copies += isKnown && known.Contains(new string(Characters(sequences[row]))) ? 1 : 0;
        }

        return 1 - (double)copies / sequences.Count;
    }

    private static ReadOnlySpan<char> Characters(ReadOnlySpan<int> sequence) => MemoryMarshal.Cast<int, char>(sequence);
}

/// <summary>What a sample looks like beside the data.</summary>
/// <param name="Progress">The report that it was measured after.</param>
/// <param name="Lengths">How many generated sequences have each length, [MaxLength + 1].</param>
/// <param name="GeneratedScores">The discriminator's scores of the generated sequences; empty before it was trained.</param>
/// <param name="RealScores">The discriminator's scores of real sequences.</param>
/// <param name="Metrics">The metrics of the generated sequences.</param>
internal sealed record SampleMeasurement(
    ReportedProgress Progress, long[] Lengths, float[] GeneratedScores, float[] RealScores, Dictionary<string, double> Metrics)
{
    /// <exception cref="InvalidDataException">No measurement is like this.</exception>
    public void ThrowIfInvalid()
    {
        Progress.ThrowIfInvalid();
        DataSummary.ThrowIfNoLengths(Lengths);
    }
}
