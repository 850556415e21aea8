namespace SeqGan.Tool;

/// <summary>What <c>seqgan train --json</c> prints.</summary>
/// <param name="Checkpoints">Where the checkpoints for <c>--resume</c> are; null if they were removed.</param>
/// <param name="NllTest">Of held-out sequences under the model, nats a token; null without held-out sequences.</param>
/// <param name="MleNllTest">The same before the adversarial training.</param>
internal sealed record TrainingSummary(
    string Model, string? MleModel, string? Report, bool Interrupted, string? Checkpoints, CorpusSummary Corpus, double? NllTest,
    double? MleNllTest,
    double? Uniqueness, double? Novelty, double Seconds = 0);

/// <summary>The part of a corpus's report that <c>--json</c> prints.</summary>
internal sealed record CorpusSummary(
    int Read, int Training, int HeldOut, int VocabularySize, double UnknownTokenRate, double TruncationRate,
    IReadOnlyDictionary<string, int>? Labels,
    IReadOnlyList<string> Warnings)
{
    public static CorpusSummary Of(Corpus corpus) => new(
        corpus.Report.Read, corpus.Report.Training, corpus.Report.HeldOut, corpus.Format.VocabularySize, corpus.Report.UnknownTokenRate,
        corpus.Report.TruncationRate, corpus.Labels is null ? null : corpus.Report.Labels,
        [.. corpus.Report.Warnings.Values.Select(Wording.Of)]);
}
