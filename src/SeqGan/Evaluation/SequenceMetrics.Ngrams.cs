namespace SeqGan;

public static partial class SequenceMetrics
{
    /// <summary>Distinct-n (Li et al. 2016): the different n-grams of all sequences together, divided by all their n-grams.</summary>
    /// <param name="sequences">At least one.</param>
    /// <param name="order">n, in [1, 16].</param>
    /// <returns>
    /// In [0, 1]; higher is more diverse. It falls as more sequences are measured, so compare equal numbers. NaN where no
    /// sequence has n tokens.
    /// </returns>
    /// <exception cref="ArgumentException">There are no sequences, or <paramref name="order"/> is out of range.</exception>
    public static double Distinct(TokenSequences sequences, int order)
    {
        Check(sequences, order);
        var table = new NgramTable(order);
        long total = 0;
        for (int index = 0; index < sequences.Count; index++)
            table.AddAll(sequences[index], (length, _) => total += length == order ? 1 : 0);
        return table.Count(order) / (double)total;
    }

    /// <summary>The repetition rate (rep-n, Welleck et al. 2020): the share of a sequence's n-grams that it had before; the mean over sequences.</summary>
    /// <param name="sequences">At least one.</param>
    /// <param name="order">n, in [1, 16]. The default value is 2.</param>
    /// <returns>
    /// In [0, 1); lower repeats itself less, but real data repeat, too. Sequences of fewer than n tokens have no part in it;
    /// NaN where all are.
    /// </returns>
    /// <exception cref="ArgumentException">There are no sequences, or <paramref name="order"/> is out of range.</exception>
    public static double RepetitionRate(TokenSequences sequences, int order = 2)
    {
        Check(sequences, order);
        double sum = 0;
        int measured = 0;
        var table = new NgramTable(order);
        var seen = new HashSet<int>();
        for (int index = 0; index < sequences.Count; index++)
        {
            int total = sequences[index].Length - order + 1;
            if (total <= 0)
                continue;
            seen.Clear();
            table.AddAll(sequences[index], (length, number) => _ = length == order && seen.Add(number));
            sum += 1 - ((double)seen.Count / total);
            measured++;
        }

        return sum / measured;
    }

    /// <summary>
    /// The Jensen-Shannon distance of two sets' n-gram distributions: the square root of the Jensen-Shannon divergence to
    /// base 2 (Lin 1991; Endres and Schindelin 2003).
    /// </summary>
    /// <param name="first">At least one sequence.</param>
    /// <param name="second">At least one sequence, numbered as the first.</param>
    /// <param name="order">n, in [1, 16].</param>
    /// <returns>
    /// In [0, 1]; 0 where both have each n-gram equally often, 1 where they share none. Two samples of the same source are
    /// above 0, the more the fewer and the longer n-grams: compare with the distance of real data from real data. NaN where a set has no n-gram.
    /// </returns>
    /// <exception cref="ArgumentException">There are no sequences, or <paramref name="order"/> is out of range.</exception>
    public static double JensenShannonDistance(TokenSequences first, TokenSequences second, int order)
    {
        Check(first, order);
        Check(second, order);
        var table = new NgramTable(order);
        (List<int> counts, long total) = CountNgrams(first, order, table);
        (List<int> otherCounts, long otherTotal) = CountNgrams(second, order, table);
        if (total == 0 || otherTotal == 0)
            return double.NaN;
        double divergence = 0;
        for (int number = 0; number < otherCounts.Count; number++)
        {
            double p = number < counts.Count ? counts[number] / (double)total : 0, q = otherCounts[number] / (double)otherTotal;
            divergence += (Term(p, (p + q) / 2) + Term(q, (p + q) / 2)) / 2;
        }

        return Math.Sqrt(Math.Clamp(divergence, 0, 1));

        static double Term(double p, double mean) => p == 0 ? 0 : p * Math.Log2(p / mean);
    }

    /// <summary>The distance of two sets' length distributions: Wasserstein-1, the earth mover's distance.</summary>
    /// <param name="first">At least one sequence.</param>
    /// <param name="second">At least one sequence.</param>
    /// <returns>In tokens, at least 0: by how many the lengths of one set must be changed, in the mean, to be distributed as the other's.</returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double LengthDistance(TokenSequences first, TokenSequences second)
    {
        Check(first, 1);
        Check(second, 1);
        int longest = Math.Max(Longest(first), Longest(second));
        double[] difference = new double[longest + 1];
        for (int index = 0; index < first.Count; index++)
            difference[first[index].Length] += 1.0 / first.Count;
        for (int index = 0; index < second.Count; index++)
            difference[second[index].Length] -= 1.0 / second.Count;
        double cumulated = 0, distance = 0;
        foreach (double step in difference)
            distance += Math.Abs(cumulated += step);
        return distance;
    }

    /// <summary>The share of sequences that a rule of the user's calls valid.</summary>
    /// <param name="texts">At least one.</param>
    /// <param name="isValid">The rule: a parser, a checksum, a schema.</param>
    /// <typeparam name="T">What the rule takes: text, ids.</typeparam>
    /// <returns>In [0, 1]; of no meaning without uniqueness, since one valid sequence can be repeated.</returns>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public static double Validity<T>(IReadOnlyCollection<T> texts, Func<T, bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(isValid);
        if (texts.Count == 0)
            throw new ArgumentException("There are no sequences; a metric needs at least one.", nameof(texts));
        return texts.Count(isValid) / (double)texts.Count;
    }

    private static (List<int> Counts, long Total) CountNgrams(TokenSequences sequences, int order, NgramTable table)
    {
        var counts = new List<int>();
        long total = 0;
        for (int index = 0; index < sequences.Count; index++)
            table.AddAll(sequences[index], Count);
        while (counts.Count < table.Count(order))
            counts.Add(0);
        return (counts, total);

        void Count(int length, int number)
        {
            if (length != order)
                return;
            while (counts.Count <= number)
                counts.Add(0);
            counts[number]++;
            total++;
        }
    }

    private static int Longest(TokenSequences sequences)
    {
        int longest = 0;
        for (int index = 0; index < sequences.Count; index++)
            longest = Math.Max(longest, sequences[index].Length);
        return longest;
    }

    private static void Check(TokenSequences sequences, int order)
    {
        const int HighestOrder = 16;
        ArgumentNullException.ThrowIfNull(sequences);
        sequences.ThrowIfEmpty(nameof(sequences));
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, HighestOrder);
    }
}
