namespace SeqGan.Conformance;

/// <summary>Comparisons of what was drawn with what should be.</summary>
internal static class Statistics
{
    /// <summary>Fails where a count is more than 5 standard deviations from its expectation.</summary>
    /// <param name="what">What was counted.</param>
    /// <param name="probabilities">Of each token.</param>
    /// <param name="counts">Of each token.</param>
    public static void Frequencies(string what, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> counts)
    {
        int total = 0;
        foreach (int count in counts)
            total += count;
        for (int token = 0; token < counts.Length; token++)
        {
            double expected = total * probabilities[token];
            double deviation = Math.Sqrt(expected * Math.Max(0, 1 - probabilities[token]));

            // Bernstein's bound: the constant makes it hold for rare tokens too, whose counts are not normally distributed.
            Promise.That(
                Math.Abs(counts[token] - expected) <= (5 * deviation) + 9,
                $"{what}: token {token} was drawn {counts[token]} times of {total}; its log-probability says {expected:F1} (standard "
                    + $"deviation {deviation:F1}).");
        }
    }
}
