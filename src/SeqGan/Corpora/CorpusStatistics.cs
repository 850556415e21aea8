namespace SeqGan;

/// <summary>What is measured while a corpus is made, for its report.</summary>
internal sealed class CorpusStatistics
{
    private const int Examples = 3, ExcerptLength = 48, BeforeDifference = 16;

    private readonly List<(int Number, string Text, string Decoded, int Position)> _failures = [];

    public int RoundTripFailures { get; private set; }

    public IReadOnlyList<(int Number, string Text, string Decoded, int Position)> RoundTripExamples => [.. _failures];

    /// <summary>The number of sequences in which copies were counted.</summary>
    public int Counted { get; private set; }

    public int Distinct { get; private set; }

    /// <summary>How often the most frequent one of them occurs.</summary>
    public int MostCopies { get; private set; }

    public int[] MostFrequent { get; private set; } = [];

    /// <summary>The number of different tokens of the data, and of those that occur once.</summary>
    public (int All, int Once) Tokens { get; set; }

    /// <summary>The number of invalid records of several lines, the number of their lines, and the first line of the first.</summary>
    public (int Records, long Lines, int First) Broken { get; private set; }

    /// <summary>The number of held-out sequences that are also training sequences.</summary>
    public int Overlap { get; set; }

    /// <summary>The number of kept sequences that were cut, and of kept tokens that are unknown.</summary>
    public int Truncated { get; set; }

    public long Unknown { get; set; }

    /// <summary>The number of kept tokens, and that of the longest sequence; without end tokens.</summary>
    public long Length { get; private set; }

    public int LongestLength { get; private set; }

    public void Measure(TokenBatch sequences, SequenceFormat format)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> sequence = sequences[row];
            int length = sequence.Length > 0 && sequence[^1] == format.EndToken ? sequence.Length - 1 : sequence.Length;
            Length += length;
            LongestLength = Math.Max(LongestLength, length);
        }
    }

    public void CountBroken(int number, int lines) =>
        Broken = (Broken.Records + 1, Broken.Lines + lines, Broken.Records == 0 ? number : Broken.First);

    public void CheckRoundTrip(int number, string text, string decoded)
    {
        if (string.Equals(text, decoded, StringComparison.Ordinal))
            return;
        RoundTripFailures++;
        if (_failures.Count == Examples)
            return;
        int position = text.AsSpan().CommonPrefixLength(decoded);
        _failures.Add((number, Excerpt(text, position), Excerpt(decoded, position), position));
    }

    public void CountCopies(IEnumerable<LabelledSequence> sequences)
    {
        var counts = new Dictionary<LabelledSequence, int>(LabelledSequence.Comparer);
        foreach (LabelledSequence sequence in sequences)
        {
            int count = counts[sequence] = counts.GetValueOrDefault(sequence) + 1;
            Counted++;
            if (count > MostCopies)
                (MostCopies, MostFrequent) = (count, sequence.Tokens);
        }

        Distinct = counts.Count;
    }

    private static string Excerpt(string text, int position)
    {
        int start = Math.Max(0, position - BeforeDifference);
        if (start > 0 && char.IsLowSurrogate(text[start]))
            start--;
        int end = Math.Min(text.Length, start + ExcerptLength);
        if (end > start && end < text.Length && char.IsLowSurrogate(text[end]))
            end--;
        return $"{(start > 0 ? "…" : "")}{text[start..end]}{(end < text.Length ? "…" : "")}";
    }
}
