using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>What a corpus was made of, and what it left out and why.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class CorpusReport
{
    internal CorpusReport(
        int read, int training, int heldOut, int truncated, double unknownTokenRate,
        IReadOnlyDictionary<DropReason, int> dropped, IReadOnlyList<DroppedSequence> examples)
    {
        Read = read;
        Training = training;
        HeldOut = heldOut;
        Truncated = truncated;
        UnknownTokenRate = unknownTokenRate;
        Dropped = dropped;
        Examples = examples;
    }

    /// <summary>The number of sequences, or lines, that were read.</summary>
    public int Read { get; }

    /// <summary>The number of sequences that the corpus has: <see cref="Training"/> and <see cref="HeldOut"/> together.</summary>
    public int Kept => Training + HeldOut;

    /// <summary>The number of sequences to train on.</summary>
    public int Training { get; }

    /// <summary>The number of sequences that are held out.</summary>
    public int HeldOut { get; }

    /// <summary>The number of kept sequences that were cut to the maximum length.</summary>
    public int Truncated { get; }

    /// <summary>The share, in [0, 1], of unknown tokens among the kept tokens, end tokens left out.</summary>
    public double UnknownTokenRate { get; }

    /// <summary>The number of sequences left out for each reason; a reason that did not occur is not there.</summary>
    public IReadOnlyDictionary<DropReason, int> Dropped { get; }

    /// <summary>The first few sequences that were left out for each reason.</summary>
    public IReadOnlyList<DroppedSequence> Examples { get; }

    /// <summary>The report as sentences.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Read} sequences read, {Kept} kept: {Training} to train on, {HeldOut} held out.");
        if (Dropped.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $" Left out: {DescribeDropped(Dropped)}.");
        if (Truncated > 0)
            text.Append(CultureInfo.InvariantCulture, $" {Truncated} were cut to the maximum length.");
        if (UnknownTokenRate > 0)
            text.Append(CultureInfo.InvariantCulture, $" {UnknownTokenRate * 100:0.##}% of the tokens are unknown.");
        return text.ToString();
    }

    internal static string DescribeDropped(IReadOnlyDictionary<DropReason, int> dropped) =>
        string.Join(", ", dropped.OrderBy(entry => entry.Key).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {Describe(entry.Key)}")));

    private static string Describe(DropReason reason) => reason switch
    {
        DropReason.Empty => "empty",
        DropReason.TooLong => "too long",
        DropReason.Duplicate => "duplicate",
        _ => "with a rare token",
    };
}
