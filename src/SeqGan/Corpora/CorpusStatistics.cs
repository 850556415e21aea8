namespace SeqGan.Corpora;

/// <summary>What is measured while a corpus is made, for its report.</summary>
internal sealed class CorpusStatistics
{
    private const int Examples = 3, ExcerptLength = 48, BeforeDifference = 16;

    public int RoundTripFailures { get; private set; }

    public List<(int Number, string Text, string Decoded, int Position)> RoundTripExamples { get; } = [];

    /// <summary>The number of sequences in which copies were counted.</summary>
    public int Counted { get; private set; }

    public int Distinct { get; private set; }

    /// <summary>How often the most frequent one of them occurs.</summary>
    public int MostCopies { get; private set; }

    public int[] MostFrequent { get; private set; } = [];

    /// <summary>The tokens of given sequences that the text of a sequence does not show apart.</summary>
    public IReadOnlyList<string> CutTokens { get; set; } = [];

    /// <summary>The number of different tokens of the data, and of those that occur once.</summary>
    public (int All, int Once) Tokens { get; set; }

    /// <summary>A minimum count of tokens that makes few of them unknown, and the share, in [0, 1], that it does.</summary>
    public (int Count, double Unknown) Sparing { get; set; } = (1, 0);

    /// <summary>The number of invalid records of several lines, the number of their lines, and the first line of the first.</summary>
    public (int Records, long Lines, int First) Broken { get; private set; }

    /// <summary>How many sequences should be held out.</summary>
    public int HeldOutWanted { get; set; }

    /// <summary>The number of texts that were brought to composed letters.</summary>
    public int Normalized { get; private set; }

    /// <summary>The numbers of texts with composed and with decomposed letters, where texts stay as they are.</summary>
    public (int Composed, int Decomposed) Forms { get; private set; }

    /// <summary>The number of texts with combining marks that this process cannot compose.</summary>
    public int Uncomposed { get; private set; }

    /// <summary>The number of held-out sequences that are also training sequences.</summary>
    public int Overlap { get; set; }

    public void CountBroken(int number, int lines) =>
        Broken = (Broken.Records + 1, Broken.Lines + lines, Broken.Records == 0 ? number : Broken.First);

    /// <summary>Counts a text whose letters may be composed or decomposed, and returns its composed form.</summary>
    public string CountNormalized(string text)
    {
        string composed = ComposedText.Of(text);
        Normalized += ReferenceEquals(composed, text) ? 0 : 1;
        Uncomposed += !ComposedText.IsAvailable && ComposedText.HasCombining(text) ? 1 : 0;
        return composed;
    }

    /// <summary>Counts a text that stays as it is.</summary>
    public void CountForms(string text)
    {
        bool isDecomposed = !ReferenceEquals(ComposedText.Of(text), text);
        Forms = (Forms.Composed + (ComposedText.HasComposed(text) ? 1 : 0), Forms.Decomposed + (isDecomposed ? 1 : 0));
    }

    public void CheckRoundTrip(int number, string text, string decoded)
    {
        if (string.Equals(text, decoded, StringComparison.Ordinal))
            return;
        RoundTripFailures++;
        if (RoundTripExamples.Count == Examples)
            return;
        int position = text.AsSpan().CommonPrefixLength(decoded);
        RoundTripExamples.Add((number, Excerpt(text, position), Excerpt(decoded, position), position));
    }

    /// <summary>Counts a sequence and returns how often it has occurred, which the copies hold.</summary>
    public int CountCopy(LabelledSequence sequence, Dictionary<LabelledSequence, int> copies)
    {
        int count = copies[sequence] = copies.GetValueOrDefault(sequence) + 1;
        Distinct = copies.Count;
        Counted++;
        if (count > MostCopies)
            (MostCopies, MostFrequent) = (count, sequence.Tokens);
        return count;
    }

    /// <summary>A text, or its part around a position.</summary>
    public static string Excerpt(string text, int position = 0)
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
