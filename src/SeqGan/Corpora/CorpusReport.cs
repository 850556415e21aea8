using System.Collections.ObjectModel;

namespace SeqGan.Corpora;

/// <summary>What a corpus was made from, what it left out and why, and what to check before training.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class CorpusReport
{
    private const int MostNamed = 20;

    internal CorpusReport()
    {
    }

    /// <summary>
    /// What each file was read as, and how many sequences it has: <c>names.fasta: FASTA, 120 sequences</c>; if rows were joined to
    /// sequences, also how. Empty without files.
    /// </summary>
    public IReadOnlyList<string> Sources { get; internal set; } = [];

    /// <summary>The number of sequences, lines or records in the input.</summary>
    public int Read { get; internal init; }

    /// <summary>The number of sequences in the corpus: <see cref="Training"/> and <see cref="HeldOut"/> together.</summary>
    public int Kept => Training + HeldOut;

    /// <summary>The number of sequences to train on.</summary>
    public int Training { get; internal init; }

    /// <summary>The number of sequences that are held out.</summary>
    public int HeldOut { get; internal init; }

    /// <summary>The number of kept sequences that were cut to the maximum length.</summary>
    public int Truncated { get; internal init; }

    /// <summary>The share of the kept sequences, in [0, 1], that were cut to the maximum length.</summary>
    public double TruncationRate => Kept == 0 ? 0 : (double)Truncated / Kept;

    /// <summary>The share, in [0, 1], of unknown tokens among the kept tokens, without end tokens.</summary>
    public double UnknownTokenRate { get; internal init; }

    /// <summary>The number of different tokens, the special ones included; in a corpus of token ids, the format's.</summary>
    public int VocabularySize { get; internal init; }

    /// <summary>How often a token must occur to be in the vocabulary; 1 for a given vocabulary and for token ids.</summary>
    public int MinimumTokenCount { get; internal init; } = 1;

    /// <summary>The number of kept sequences of each label, held-out ones included, in the order of the labels.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; internal init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>The mean number of tokens of a kept sequence, without its end token.</summary>
    public double MeanLength { get; internal init; }

    /// <summary>The number of tokens of the longest kept sequence, without its end token.</summary>
    public int MaxLength { get; internal init; }

    /// <summary>
    /// The 50th, 90th, 99th and 100th percentile, by these numbers, of the lengths of all sequences that were read and are not empty, also
    /// of those that are too long: how many tokens, without the end token, such a share of them does not exceed. From 1 million on, tokens
    /// are not counted.
    /// </summary>
    public IReadOnlyDictionary<int, int> LengthPercentiles { get; internal init; } = ReadOnlyDictionary<int, int>.Empty;

    /// <summary>The number of texts that were brought to composed letters: <see cref="CorpusOptions.NormalizeText"/>.</summary>
    public int Normalized { get; internal init; }

    /// <summary>The share of different sequences, in (0, 1], before duplicates were removed.</summary>
    public double DistinctShare { get; internal init; } = 1;

    /// <summary>The share of sequences, in [0, 1), that equal an earlier one: 1 - <see cref="DistinctShare"/>.</summary>
    public double DuplicateShare => 1 - DistinctShare;

    internal (int MaxLength, bool IsChosen)? Limit { get; init; }

    internal bool DuplicatesKept { get; init; }

    internal int TooLong => Dropped.GetValueOrDefault(DropReason.TooLong) + Truncated;

    /// <summary>
    /// The number of texts that tokenizing and joining changes, of those that are not empty and not longer than
    /// <see cref="CorpusOptions.MaxLength"/>, or than the most that could have been chosen.
    /// </summary>
    public int RoundTripFailures { get; internal init; }

    /// <summary>
    /// The first few of them: the line in the file or the place in the input, from 1; the text around the first difference and what the
    /// tokens were joined to there; and the position of that difference in the whole text, in UTF-16 units from 0.
    /// </summary>
    public IReadOnlyList<(int Number, string Text, string Decoded, int Position)> RoundTripExamples { get; internal init; } = [];

    /// <summary>The number of sequences left out for each reason that occurred.</summary>
    public IReadOnlyDictionary<DropReason, int> Dropped { get; internal init; } = ReadOnlyDictionary<DropReason, int>.Empty;

    /// <summary>
    /// The first few sequences left out for each reason: the line in the file or the place in the input, from 1, and the beginning of the
    /// sequence or record.
    /// </summary>
    public IReadOnlyList<(DropReason Reason, int Number, string Text)> Examples { get; internal init; } = [];

    /// <summary>What to check before training: for each warning the figures and what to do. Empty if there is nothing.</summary>
    public IReadOnlyDictionary<CorpusWarning, string> Warnings { get; internal set; } = ReadOnlyDictionary<CorpusWarning, string>.Empty;

    /// <summary>The report in sentences, with a line for each warning.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (string source in Sources.Take(MostNamed))
            text.Append(source).AppendLine(".");
        if (Sources.Count > MostNamed)
            text.Append(CultureInfo.InvariantCulture, $"And {Sources.Count - MostNamed} more.").AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{Read} sequences read, {Kept} kept: {Training} to train on, {HeldOut} held out.");
        if (Dropped.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $" Left out: {DescribeDropped(Dropped)}.");
        if (Truncated > 0)
            text.Append(CultureInfo.InvariantCulture, $" {Truncated} were cut to the maximum length ({TruncationRate * 100:0.##}%).");
        if (UnknownTokenRate > 0)
            text.Append(CultureInfo.InvariantCulture, $" {UnknownTokenRate * 100:0.##}% of the tokens are unknown.");
        if (Normalized > 0)
            text.Append(CultureInfo.InvariantCulture, $" {Normalized} had decomposed letters, which were composed (NFC).");
        text.AppendLine().Append(
            CultureInfo.InvariantCulture, $"{VocabularySize} tokens in the vocabulary; {MeanLength:0.##} tokens a sequence: ");
        text.Append(string.Join(", ", LengthPercentiles.Where(p => p.Key < 100).Select(p => $"{p.Key}% have at most {p.Value}")));
        text.Append(CultureInfo.InvariantCulture, $", the longest has {LengthPercentiles.GetValueOrDefault(100)}.");
        if (DescribeLimit() is { } limit)
            text.Append(CultureInfo.InvariantCulture, $" The limit of {Limit!.Value.MaxLength} leaves out {Left()}; {limit}.");
        if (DuplicateShare > 0)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{DuplicateShare * 100:0.##}% repeat an earlier sequence ").Append(
                DuplicatesKept ? "and are kept: how often a sequence occurs is learned." : "and are left out.");
        if (Labels.Count > 0)
        {
            string counts = string.Join(", ", Labels.Take(MostNamed).Select(label => $"{label.Value} '{label.Key}'"));
            string more = Labels.Count > MostNamed ? $" and {Labels.Count - MostNamed} more" : "";
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{Labels.Count} labels: {counts}{more}.");
        }

        foreach (string warning in Warnings.Values)
            text.AppendLine().Append("Warning: ").Append(warning);
        return text.ToString();
    }

    /// <summary>Which limits would keep more sequences; null if none is too long.</summary>
    internal string? DescribeLimit()
    {
        if (Limit is not { } limit || TooLong == 0)
            return null;
        int all = LengthPercentiles[100], nearlyAll = LengthPercentiles[99];
        const string Option = $"{nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)}";
        return nearlyAll > limit.MaxLength && nearlyAll < all
            ? $"{Option} {nearlyAll} keeps 99% of them and {all} all"
            : $"{Option} {all} keeps all of them";
    }

    private string Left() => string.Create(
        CultureInfo.InvariantCulture, $"{TooLong - Truncated} sequences{(Truncated > 0 ? $" and cuts {Truncated}" : "")}");

    internal static string DescribeDropped(IReadOnlyDictionary<DropReason, int> dropped) => dropped.Count == 0
        ? "none"
        : string.Join(", ", dropped.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} {Describe(entry.Key)}"));

    private static string Describe(DropReason reason) => reason switch
    {
        DropReason.Empty => "empty",
        DropReason.TooLong => "too long",
        DropReason.Duplicate => "duplicate",
        DropReason.UnknownToken => "with an unknown token",
        DropReason.Invalid => "invalid",
        _ => "not sampled",
    };
}
