namespace SeqGan.Text;

/// <summary>Bounds what a regular expression costs before it matches anything: a pattern may come from an untrusted file.</summary>
/// <remarks>The counts are upper bounds: the content of sets of characters and of comments counts too.</remarks>
internal static class PatternLimits
{
    // The cost of telling characters and sets apart grows with the square of their number: 12 MB for this many.
    private const int MostSymbols = 100;

    // Each repetition of a repetition multiplies the states: ten levels need a gigabyte for a word.
    private const int DeepestRepetition = 5;

    // In a row they cost the square of their number: 100 MB for 250 of them.
    private const int MostRepeatedGroups = 50;

    /// <summary>Which limit a pattern exceeds, or null.</summary>
    public static string? FindExcess(string pattern)
    {
        int symbols = CountSymbols(pattern);
        (int depth, int groups) = MeasureRepetitions(pattern);
        return symbols > MostSymbols ? $"it has {symbols} different characters and sets; at most {MostSymbols} are possible"
            : groups > MostRepeatedGroups ? $"it repeats {groups} groups; at most {MostRepeatedGroups} are possible"
            : depth > DeepestRepetition ? $"its repeated groups nest {depth} deep; at most {DeepestRepetition} levels are possible"
            : null;
    }

    /// <summary>Different characters, escapes and sets in brackets.</summary>
    private static int CountSymbols(string pattern)
    {
        var symbols = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0, length; i < pattern.Length; i += length)
        {
            length = LengthOfSymbol(pattern, i);
            symbols.Add(pattern.Substring(i, length));
            if (pattern[i] == '[' && pattern.IndexOf(']', i) is var end and > 0)
                symbols.Add(pattern[i..end]);
        }

        return symbols.Count;
    }

    private static int LengthOfSymbol(string pattern, int start)
    {
        if (pattern[start] != '\\' || start + 1 == pattern.Length)
            return 1;
        int length = pattern[start + 1] switch
        {
            'u' => 6,
            'x' or (>= '0' and <= '9') => 4,
            'c' => 3,
            'p' or 'P' when pattern.IndexOf('}', start) is var end and > 0 => end - start + 1,
            _ => 2,
        };
        return Math.Min(length, pattern.Length - start);
    }

    /// <summary>How deep repeated groups nest, and how many there are.</summary>
    private static (int Depth, int Groups) MeasureRepetitions(string pattern)
    {
        int groups = 0;

        // The deepest repetition within each open group, the whole pattern first.
        var open = new Stack<int>([0]);
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
                i++;
            else if (pattern[i] == '(')
                open.Push(0);
            else if (pattern[i] == ')')
            {
                int repeated = i + 1 < pattern.Length && pattern[i + 1] is '*' or '+' or '?' or '{' ? 1 : 0;
                int depth = open.Pop() + repeated;
                groups += repeated;
                open.Push(open.Count == 0 ? depth : Math.Max(open.Pop(), depth));
            }
        }

        return (open.Max(), groups);
    }
}
