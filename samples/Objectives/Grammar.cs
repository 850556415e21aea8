using SeqGan;

namespace Objectives;

/// <summary>Bracketed sums and products of letters, drawn by a small grammar; a fifth of them has brackets within brackets.</summary>
internal static class Grammar
{
    public const int MaxLength = 23;
    private const double Share = 0.2;
    private const string Letters = "abcdefgh", Operators = "+-*/";

    /// <summary>The objective: a bracket inside a bracket, all of them closed.</summary>
    public static bool IsNested(string text)
    {
        int depth = 0, deepest = 0;
        foreach (char character in text)
        {
            depth += character switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth < 0)
                return false;
            deepest = Math.Max(deepest, depth);
        }

        return depth == 0 && deepest >= 2;
    }

    /// <summary>Distinct expressions, exactly a fifth of them nested, in random order.</summary>
    public static string[] Draw(int count, ulong seed)
    {
        int nested = (int)(count * Share), draw = 0;
        var (chosen, left) = (new List<string>(count), new[] { count - nested, nested });
        var known = new HashSet<string>();
        while (chosen.Count < count)
        {
            string text = new Drawing(new RandomKey(seed, RandomPurpose.User), draw++).Expression(depth: 0);
            int kind = IsNested(text) ? 1 : 0;
            if (text.Length > MaxLength || left[kind] == 0 || !known.Add(text))
                continue;
            chosen.Add(text);
            left[kind]--;
        }

        return [.. new RandomKey(seed, RandomPurpose.User, 1).NextPermutation(count).Select(i => chosen[i])];
    }

    private sealed class Drawing(RandomKey key, int row)
    {
        private int _next;

        public string Expression(int depth)
        {
            string text = Term(depth);
            for (int more = Choose(depth == 0 ? 5 : 2) + (depth == 0 ? 0 : 1); more > 0; more--)
                text += $"{Operators[Choose(Operators.Length)]}{Term(depth)}";
            return text;
        }

        private string Term(int depth) =>
            Choose(10) < (depth == 0 ? 3 : 2) ? $"({Expression(depth + 1)})" : $"{Letters[Choose(Letters.Length)]}";

        private int Choose(int choices) => (int)(key.NextUniform(row, 0, _next++) * choices);
    }
}
