namespace SeqGan.Tool;

/// <summary>The part of a corpus's report that <c>--json</c> prints.</summary>
internal sealed record CorpusSummary(
    int Read, int Training, int HeldOut, int VocabularySize, double UnknownTokenRate, double TruncationRate, IReadOnlyDictionary<string, int>? Labels,
    IReadOnlyList<string> Warnings)
{
    public static CorpusSummary Of(Corpus corpus) => new(
        corpus.Report.Read, corpus.Report.Training, corpus.Report.HeldOut, corpus.Format.VocabularySize, corpus.Report.UnknownTokenRate, corpus.Report.TruncationRate, corpus.Labels is null ? null : corpus.Report.Labels,
        [.. corpus.Report.Warnings.Select(warning => Wording.Of(warning.Message))]);
}
