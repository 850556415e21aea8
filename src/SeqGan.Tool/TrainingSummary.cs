namespace SeqGan.Tool;

/// <summary>What <c>seqgan train --json</c> prints; null for no checkpoint for <c>--resume</c> and for nothing held out.</summary>
internal sealed record TrainingSummary(
    string Model, string? MleModel, string? Report, bool Interrupted, string? Checkpoints, CorpusSummary Corpus, double? NllTest,
    double? MleNllTest, double? Uniqueness, double? Novelty, double Seconds = 0);

/// <summary>The part of a corpus's report that <c>--json</c> prints.</summary>
internal sealed record CorpusSummary(
    int Read, int Training, int HeldOut, int VocabularySize, double UnknownTokenRate, double TruncationRate,
    IReadOnlyDictionary<string, int>? Labels, IReadOnlyList<string> Warnings)
{
    public static CorpusSummary Of(Corpus corpus) => new(
        corpus.Report.Read, corpus.Report.Training, corpus.Report.HeldOut, corpus.Format.VocabularySize, corpus.Report.UnknownTokenRate,
        corpus.Report.TruncationRate, corpus.Labels is null ? null : corpus.Report.Labels,
        [.. corpus.Report.Warnings.Values.Select(Wording.Of)]);
}
