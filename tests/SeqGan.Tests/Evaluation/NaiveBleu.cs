namespace SeqGan.Tests;

/// <summary>BLEU as its definition reads.</summary>
internal static class NaiveBleu
{
    public static double Score(int[][] references, int[] hypothesis, int maxOrder, bool smoothing)
    {
        double product = 1;
        for (int order = 1; order <= maxOrder; order++)
        {
            Dictionary<string, int> counts = Count(hypothesis, order);
            int matches = counts.Sum(gram =>
                Math.Min(gram.Value, references.Max(reference => Count(reference, order).GetValueOrDefault(gram.Key))));
            if (matches == 0 && (order == 1 || !smoothing))
                return 0;
            product *= (matches == 0 ? 0.1 : matches) / Math.Max(1, counts.Values.Sum());
        }

        int closest = references.Select(reference => reference.Length).OrderBy(length => Math.Abs(length - hypothesis.Length))
            .ThenBy(length => length).First();
        return Math.Pow(product, 1.0 / maxOrder) * (hypothesis.Length > closest ? 1 : Math.Exp(1 - ((double)closest / hypothesis.Length)));
    }

    private static Dictionary<string, int> Count(int[] sentence, int order) =>
        Enumerable.Range(0, Math.Max(0, sentence.Length - order + 1))
            .GroupBy(start => string.Join(' ', sentence.Skip(start).Take(order)))
            .ToDictionary(group => group.Key, group => group.Count());
}
