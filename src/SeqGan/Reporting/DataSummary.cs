namespace SeqGan;

/// <summary>What a report shows of the data.</summary>
/// <param name="TrainingSequences">How many sequences there are to train on.</param>
/// <param name="Facts">The table about the corpus.</param>
/// <param name="Lengths">How many training sequences have each length, [MaxLength + 1].</param>
/// <param name="TrainingMetrics">Of some training sequences.</param>
/// <param name="HeldOutMetrics">Of some held-out ones; empty where nothing is held out.</param>
internal sealed record DataSummary(
    int TrainingSequences, DataFact[] Facts, long[] Lengths, IReadOnlyDictionary<string, double> TrainingMetrics, IReadOnlyDictionary<string, double> HeldOutMetrics)
{
    public bool HasHeldOut => HeldOutMetrics.Count > 0;

    public static DataSummary Of(Corpus corpus, SampleMeter meter) =>
        new(corpus.Training.Count, [.. FactsOf(corpus)], meter.TrainingLengths, meter.TrainingMetrics, meter.HeldOutMetrics);

    /// <exception cref="InvalidDataException">No corpus is like this.</exception>
    public void ThrowIfInvalid()
    {
        ObserverState.NotNull(Facts);
        ThrowIfNoLengths(Lengths);
    }

    /// <exception cref="InvalidDataException">These are no numbers of sequences by their lengths.</exception>
    public static void ThrowIfNoLengths(long[] lengths)
    {
        if (lengths.Length < 2 || lengths.Any(count => count is < 0 or > int.MaxValue))
            throw new InvalidDataException("The numbers of sequences by their lengths are none.");
    }

    private static IEnumerable<DataFact> FactsOf(Corpus corpus)
    {
        CorpusReport report = corpus.Report;
        yield return new("Read", HtmlWriter.Number(report.Read));
        yield return new("Training", HtmlWriter.Number(report.Training));
        yield return new("Held out", HtmlWriter.Number(report.HeldOut));
        foreach ((DropReason reason, int count) in report.Dropped.OrderBy(entry => entry.Key))
            yield return new($"Left out: {reason}", HtmlWriter.Number(count));
        yield return new("Cut to the maximum length", HtmlWriter.Number(report.Truncated));
        yield return new("Unknown tokens", HtmlWriter.Number(100 * report.UnknownTokenRate) + "%");
        yield return new("Vocabulary", HtmlWriter.Number(corpus.Format.VocabularySize));
        yield return new("Maximum length", HtmlWriter.Number(corpus.Format.MaxLength));
    }
}
