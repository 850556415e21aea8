namespace SeqGan.Tool;

/// <summary>A point of the sweep in <c>seqgan evaluate --json</c>.</summary>
internal sealed record SweepEntry(
    string Model, double Temperature, double? NllTest, IReadOnlyDictionary<string, double?>? Bleu, IReadOnlyDictionary<string, double?>? SelfBleu,
    double Uniqueness, double? Copies)
{
    public static SweepEntry Of(QualityDiversityPoint point) => new(
        point.Model, point.Temperature, Terminal.Finite(point.NllTest), EvaluationResult.ByName(point.Metrics.Bleu), EvaluationResult.ByName(point.Metrics.SelfBleu),
        point.Metrics.Uniqueness, point.Metrics.Copies);
}
