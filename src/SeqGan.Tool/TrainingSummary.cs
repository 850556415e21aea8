namespace SeqGan.Tool;

/// <summary>What <c>seqgan train --json</c> prints; null for no checkpoint for <c>--resume</c> and for nothing held out.</summary>
internal sealed record TrainingSummary(
    string Model, string? MleModel, string? Report, bool Interrupted, string? Checkpoints, CorpusSummary Corpus, double? NllTest,
    double? MleNllTest, double? Uniqueness, double? Novelty, double? NotEnded = null, double Seconds = 0, double? NllTestKnown = null);

/// <summary>The part of a corpus's report that <c>--json</c> prints.</summary>
internal sealed record CorpusSummary(
    int Read, int Training, int HeldOut, int VocabularySize, double UnknownTokenRate, double TruncationRate, double DuplicateShare,
    int MaxLength, IReadOnlyDictionary<string, int> LengthPercentiles, IReadOnlyDictionary<string, int> LeftOut,
    IReadOnlyDictionary<string, int>? Labels, IReadOnlyList<string> Warnings)
{
    public static CorpusSummary Of(Corpus corpus) => new(
        corpus.Report.Read, corpus.Report.Training, corpus.Report.HeldOut, corpus.Format.VocabularySize, corpus.Report.UnknownTokenRate,
        corpus.Report.TruncationRate, corpus.Report.DuplicateShare, corpus.Format.MaxLengthWithoutEnd,
        ByName(corpus.Report.LengthPercentiles), ByName(corpus.Report.Dropped), corpus.Labels is null ? null : corpus.Report.Labels,
        [.. corpus.Report.Warnings.Values.Select(Wording.Of)]);

    private static Dictionary<string, int> ByName<TKey>(IReadOnlyDictionary<TKey, int> values)
        where TKey : notnull => values.ToDictionary(entry => $"{entry.Key}", entry => entry.Value);
}
