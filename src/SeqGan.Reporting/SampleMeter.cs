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
        if (Data.HasHeldOut)
            metrics[EvaluationMetricNames.NllTest] =
                SequenceMetrics.NegativeLogLikelihood(context.Generator, _heldOut, cancellationToken: cancellationToken);
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
        [EvaluationMetricNames.Novelty] = Novelty(sequences),
        [EvaluationMetricNames.MeanLength] = SequenceMetrics.MeanLength(sequences),
        [EvaluationMetricNames.EndTokenRate] = SequenceMetrics.EndTokenRate(sequences, _corpus.Format),
        [Sequences] = sequences.Count,
    };

    // A set of the few sequences, not of the corpus, which may be large. Two unknown tokens are hardly the same word.
    private double Novelty(TokenBatch sequences)
    {
        string[] texts = [.. Enumerable.Range(0, sequences.Count).Select(row => new string(Characters(sequences[row])))];
        var known = new HashSet<string>();
        var lookup = texts.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < _corpus.Training.Count; row++)
        {
            if (lookup.TryGetValue(Characters(_corpus.Training[row]), out string? sequence))
                known.Add(sequence);
        }

        bool hasUnknown = _corpus.Vocabulary is not null;
        int copies = texts.Where((text, row) =>
            known.Contains(text) && !(hasUnknown && sequences[row].Contains(Vocabulary.UnknownId))).Count();
        return 1 - (double)copies / sequences.Count;
    }

    private static ReadOnlySpan<char> Characters(ReadOnlySpan<int> sequence) => MemoryMarshal.Cast<int, char>(sequence);
}

/// <summary>
/// What a sample looks like beside the data: how many generated sequences have each length, [MaxLength + 1], and the discriminator's
/// scores; empty before it was trained.
/// </summary>
internal sealed record SampleMeasurement(
    ReportedProgress Progress, long[] Lengths, float[] GeneratedScores, float[] RealScores, Dictionary<string, double> Metrics)
{
    /// <exception cref="InvalidDataException">A value is not valid.</exception>
    public void ThrowIfInvalid()
    {
        Progress.ThrowIfInvalid();
        DataSummary.ThrowIfNoLengths(Lengths);
    }
}
