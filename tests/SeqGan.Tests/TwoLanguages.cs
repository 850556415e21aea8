namespace SeqGan.Tests;

/// <summary>Two languages of words that share most of their letters: each has its own chain of letters, which a seed draws.</summary>
internal sealed class TwoLanguages
{
    private const int Letters = 8, Shared = 6, Followers = 3, Shortest = 4, Longest = 9;

    private readonly int[][][] _followers;

    public TwoLanguages(ulong seed)
    {
        var key = new RandomKey(seed, RandomPurpose.User);
        _followers =
        [
            .. Enumerable.Range(0, Names.Length).Select(language => Enumerable.Range(0, Letters)
                .Select(letter => (key with { Step = (uint)(language * Letters + letter) }).NextPermutation(Letters)[..Followers])
                .ToArray()),
        ];
    }

    public static string[] Names { get; } = ["north", "south"];

    /// <summary>Words with their language, one language after the other.</summary>
    public (string Text, string Label)[] Words(int north, int south, ulong seed) => [.. Draw(0, north, seed), .. Draw(1, south, seed)];

    /// <summary>A naive Bayes classifier of pairs of letters, smoothed, that learned from words of its own.</summary>
    public Func<string, string> Classifier(ulong seed)
    {
        Dictionary<string, double>[] pairs =
        [
            .. Names.Select((_, language) => Draw(language, 3000, seed).SelectMany(word => Pairs(word.Text)).CountBy(pair => pair)
                .ToDictionary(pair => pair.Key, pair => (double)pair.Value)),
        ];
        double[] totals = [.. pairs.Select(counts => counts.Values.Sum() + 121)];
        return text => Names[Enumerable.Range(0, Names.Length)
            .MaxBy(language => Pairs(text).Sum(pair => Math.Log((pairs[language].GetValueOrDefault(pair) + 1) / totals[language])))];
    }

    private static IEnumerable<string> Pairs(string text) => Enumerable.Range(0, text.Length + 1).Select(i => $"^{text}$"[i..(i + 2)]);

    private IEnumerable<(string Text, string Label)> Draw(int language, int count, ulong seed)
    {
        var key = new RandomKey(seed, RandomPurpose.User, 100 + (uint)language);
        for (int word = 0; word < count; word++)
        {
            int length = Shortest + (int)(key.NextUniform(word) * (Longest - Shortest + 1));
            int letter = (int)(key.NextUniform(word, 1) * Letters);
            char[] letters = new char[length];
            for (int i = 0; i < length; i++)
            {
                letters[i] = (char)('a' + letter + language * (Letters - Shared));
                letter = _followers[language][letter][(int)(key.NextUniform(word, 2, i) * Followers)];
            }

            yield return (new string(letters), Names[language]);
        }
    }
}
