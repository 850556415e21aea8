using System.Globalization;

namespace SeqGan.Tool;

/// <summary>What <c>seqgan evaluate --json</c> prints.</summary>
internal sealed record EvaluationResult
{
    public required int Generated { get; init; }

    public required int TestSequences { get; init; }

    /// <summary>Sequences of the test file that stand in the training data, and were left out.</summary>
    public required int TestOverlap { get; init; }

    public required double UnknownTokenRate { get; init; }

    /// <summary>Null where a sequence is impossible for the model, so that the figure is infinite.</summary>
    public required double? NllTest { get; init; }

    /// <summary>Null where it is larger than a number can be.</summary>
    public required double? Perplexity { get; init; }

    public required IReadOnlyDictionary<string, double?> Bleu { get; init; }

    public required IReadOnlyDictionary<string, double?>? SelfBleu { get; init; }

    public required IReadOnlyDictionary<string, double?> Distinct { get; init; }

    public required double? JensenShannon { get; init; }

    public required double LengthDistance { get; init; }

    public required double MeanLength { get; init; }

    public required double Uniqueness { get; init; }

    /// <summary>Null where the model does not know what it was trained on.</summary>
    public required double? Novelty { get; init; }

    public required double? Copies { get; init; }

    public required double? EndTokenRate { get; init; }

    public required double? RepetitionRate { get; init; }

    public IReadOnlyList<SweepEntry>? Sweep { get; init; }

    public static EvaluationResult Of(ModelQuality quality, TestSet test) => new()
    {
        Generated = quality.Count,
        TestSequences = test.Sequences.Count,
        TestOverlap = test.Overlap,
        UnknownTokenRate = test.UnknownTokenRate,
        NllTest = Terminal.Finite(quality.NllTest),
        Perplexity = Terminal.Finite(Math.Exp(quality.NllTest ?? double.NaN)),
        Bleu = ByName(quality.Metrics.Bleu)!,
        SelfBleu = ByName(quality.Metrics.SelfBleu),
        Distinct = ByName(quality.Metrics.Distinct)!,
        JensenShannon = Terminal.Finite(quality.Metrics.JensenShannon),
        LengthDistance = quality.Metrics.LengthDistance!.Value,
        MeanLength = quality.Metrics.MeanLength,
        Uniqueness = quality.Metrics.Uniqueness,
        Novelty = quality.Metrics.Novelty,
        Copies = quality.Metrics.Copies,
        EndTokenRate = quality.Metrics.EndTokenRate,
        RepetitionRate = Terminal.Finite(quality.Metrics.RepetitionRate),
    };

    /// <summary>JSON knows no numbers as names, and no NaN.</summary>
    public static Dictionary<string, double?>? ByName(IReadOnlyDictionary<int, double>? byOrder) =>
        byOrder?.ToDictionary(entry => entry.Key.ToString(CultureInfo.InvariantCulture), entry => Terminal.Finite(entry.Value));
}
