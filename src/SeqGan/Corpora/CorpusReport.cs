using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>What a corpus was made of, what it left out and why, and what to look at before training.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class CorpusReport
{
    internal CorpusReport()
    {
    }

    /// <summary>The number of sequences, lines or records that were read.</summary>
    public int Read { get; internal init; }

    /// <summary>The number of sequences that the corpus has: <see cref="Training"/> and <see cref="HeldOut"/> together.</summary>
    public int Kept => Training + HeldOut;

    /// <summary>The number of sequences to train on.</summary>
    public int Training { get; internal init; }

    /// <summary>The number of sequences that are held out.</summary>
    public int HeldOut { get; internal init; }

    /// <summary>The number of kept sequences that were cut to the maximum length.</summary>
    public int Truncated { get; internal init; }

    /// <summary>The share of the kept sequences, in [0, 1], that were cut to the maximum length.</summary>
    public double TruncationRate => Kept == 0 ? 0 : (double)Truncated / Kept;

    /// <summary>The share, in [0, 1], of unknown tokens among the kept tokens, end tokens left out.</summary>
    public double UnknownTokenRate { get; internal init; }

    /// <summary>The number of tokens, the special ones included; for a corpus of token ids, its format's.</summary>
    public int VocabularySize { get; internal init; }

    /// <summary>How often a token had to occur to be in the vocabulary; 1 for a given vocabulary and for token ids.</summary>
    public int MinimumTokenCount { get; internal init; } = 1;

    /// <summary>The number of kept sequences of each label, held-out ones too, in the order of the labels; empty where sequences have none.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; internal init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>The mean number of tokens of a kept sequence, its end token left out.</summary>
    public double MeanLength { get; internal init; }

    /// <summary>The number of tokens of the longest kept sequence, its end token left out.</summary>
    public int MaxLength { get; internal init; }

    /// <summary>The share of different sequences, in (0, 1], among those that had not been left out before duplicates were looked for.</summary>
    public double DistinctShare { get; internal init; } = 1;

    /// <summary>The share of sequences, in [0, 1), that are equal to an earlier one: the rest of <see cref="DistinctShare"/>.</summary>
    public double DuplicateShare => 1 - DistinctShare;

    /// <summary>
    /// The number of texts that the tokenizer does not give back as they were, among those that were read and are neither
    /// empty nor too long; 0 for a corpus of tokens.
    /// </summary>
    public int RoundTripFailures { get; internal init; }

    /// <summary>The first few of them.</summary>
    public IReadOnlyList<RoundTripFailure> RoundTripExamples { get; internal init; } = [];

    /// <summary>The number of sequences left out for each reason; a reason that did not occur is not there.</summary>
    public IReadOnlyDictionary<DropReason, int> Dropped { get; internal init; } = ReadOnlyDictionary<DropReason, int>.Empty;

    /// <summary>The first few sequences that were left out for each reason.</summary>
    public IReadOnlyList<DroppedSequence> Examples { get; internal init; } = [];

    /// <summary>What to look at before training; empty where nothing stands out.</summary>
    public IReadOnlyList<CorpusWarning> Warnings { get; internal set; } = [];

    /// <summary>The report as sentences; each warning has a line of its own.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Read} sequences read, {Kept} kept: {Training} to train on, {HeldOut} held out.");
        if (Dropped.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $" Left out: {DescribeDropped(Dropped)}.");
        if (Truncated > 0)
            text.Append(CultureInfo.InvariantCulture, $" {Truncated} were cut to the maximum length ({TruncationRate * 100:0.##}%).");
        if (UnknownTokenRate > 0)
            text.Append(CultureInfo.InvariantCulture, $" {UnknownTokenRate * 100:0.##}% of the tokens are unknown.");
        text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}{VocabularySize} tokens in the vocabulary; {MeanLength:0.##} tokens a sequence, at most {MaxLength}; {DuplicateShare * 100:0.##}% duplicates.");
        if (Labels.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}{DescribeLabels()}");
        foreach (CorpusWarning warning in Warnings)
            text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}Warning: {warning.Message}");
        return text.ToString();
    }

    internal static string DescribeDropped(IReadOnlyDictionary<DropReason, int> dropped) =>
        string.Join(", ", dropped.OrderBy(entry => entry.Key).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {Describe(entry.Key)}")));

    private string DescribeLabels()
    {
        const int Most = 20;
        string[] counts = [.. Labels.Take(Most).Select(label => string.Create(CultureInfo.InvariantCulture, $"{label.Value} '{label.Key}'"))];
        return string.Create(CultureInfo.InvariantCulture, $"{Labels.Count} labels: {string.Join(", ", counts)}{(Labels.Count > Most ? $" and {Labels.Count - Most} more" : "")}.");
    }

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
