namespace SeqGan.Evaluation;

public static partial class SequenceMetrics
{
    /// <summary>Distinct-n (Li et al. 2016): the number of different n-grams of a set divided by the number of all its n-grams.</summary>
    /// <returns>
    /// In [0, 1]; higher is more diverse, 0 if no sequence has n tokens. It falls with the number of sequences, so compare equal counts.
    /// </returns>
    public static double Distinct(TokenBatch sequences, int order, SequenceFormat? format = null)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        var numberings = NGramNumbering.OfOrders(order);
        long total = 0;
        for (int row = 0; row < sequences.Count; row++)
            total += Number(SequenceSet.Words(sequences[row], format?.EndToken), numberings, static _ => { });
        return total == 0 ? 0 : (double)numberings[^1].Count / total;
    }

    /// <summary>
    /// The Jensen-Shannon distance of the n-gram distributions of two sets: the square root of the divergence, with logarithms to base 2
    /// (Endres and Schindelin 2003).
    /// </summary>
    /// <returns>
    /// In [0, 1], symmetric: 0 if every n-gram has the same share in both, 1 if they have no n-gram in common. Two samples of the same
    /// distribution are above 0, more so for fewer or longer n-grams. If only one set has sequences of n tokens it is 1, if neither 0.
    /// </returns>
    public static double JensenShannonDistance(TokenBatch generated, TokenBatch reference, int order, SequenceFormat? format = null)
    {
        SequenceSet.ThrowIfEmpty(generated);
        SequenceSet.ThrowIfEmpty(reference);
        var numberings = NGramNumbering.OfOrders(order);
        (List<int> one, long ones) = Count(generated, numberings, format);
        (List<int> other, long others) = Count(reference, numberings, format);
        if (ones == 0 || others == 0)
            return ones == others ? 0 : 1;
        double divergence = 0;
        for (int number = 0; number < numberings[^1].Count; number++)
        {
            double p = number < one.Count ? (double)one[number] / ones : 0;
            double q = number < other.Count ? (double)other[number] / others : 0;
            divergence += (Part(p, q) + Part(q, p)) / 2;
        }

        return Math.Sqrt(Math.Clamp(divergence, 0, 1));

        static double Part(double p, double q) => p == 0 ? 0 : p * Math.Log2(2 * p / (p + q));
    }

    /// <summary>
    /// Repetition within sequences, seq-rep-n (Welleck et al. 2020): 1 - the share of different n-grams among a sequence's n-grams,
    /// averaged over sequences.
    /// </summary>
    /// <returns>In [0, 1); lower repeats less. A sequence of fewer than n tokens counts as 0.</returns>
    public static double RepetitionRate(TokenBatch sequences, int order = 4, SequenceFormat? format = null)
    {
        SequenceSet.ThrowIfEmpty(sequences);
        var numberings = NGramNumbering.OfOrders(order);
        double sum = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            int different = 0;
            int all = Number(SequenceSet.Words(sequences[row], format?.EndToken), numberings, numbers =>
            {
                for (; !numbers.IsEmpty; numbers = numbers[NGramIds.Run(numbers)..])
                    different++;
            });
            sum += all == 0 ? 0 : 1 - (double)different / all;
        }

        return sum / sequences.Count;
    }

    private static (List<int> Counts, long Total) Count(TokenBatch sequences, NGramNumbering[] numberings, SequenceFormat? format)
    {
        var counts = new List<int>();
        long total = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            total += Number(SequenceSet.Words(sequences[row], format?.EndToken), numberings, numbers =>
            {
                foreach (int number in numbers)
                    NGramNumbering.Increase(counts, number);
            });
        }

        return (counts, total);
    }

    /// <summary>Numbers the n-grams of one sequence, passes the numbers on in ascending order, and returns how many there are.</summary>
    private static int Number(ReadOnlySpan<int> words, NGramNumbering[] numberings, Action<ReadOnlySpan<int>> use)
    {
        using var ids = new NGramIds(words);
        ReadOnlySpan<int> numbers = default;
        foreach (NGramNumbering numbering in numberings)
            numbers = ids.Add(numbering);
        use(numbers);
        return numbers.Length;
    }
}
