using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>
/// Mutations of tokenizer specifications: regular expressions that take long or much memory elsewhere, strange alphabets.
/// </summary>
internal static class PatternMutations
{
    private static readonly byte[][] s_parts =
    [
        .. new[]
        {
            "(a+)+", "(a|a)*", "(a|aa)+$", "(?:.*)*", "{2}", "{9}", "{99}", "{999}", "{1000}", "{1,999}", "{30}", "{30,}", "{,5}",
            "{2147483647}", "{2147483648}", "{99999999999}",
            "?", "*", "+", "??", "*?", "+?", "|", "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G", "[\\w-[\\d]]", "[^\\w-[a-z-[aeiou]]]",
            "\\p{L}", "\\P{Lu}", "\\p{IsGreek}",
            "(?i)", "(?x) # c\n", "(?s)", "(?n)", "(?-i:k)", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a+)", "(?<n>a)", "(?<n-n>a)", "\\1",
            "\\k<n>", "(?(a)b|c)",
            "\\u0130", "[\\u0000-\\uFFFF]", "[^\\u0000-\\uFFFF]", "\\ud800", ".", "\\w", "\\W", "\\s", "\\S", "\\d", "\\D", "[", "]", "(",
            ")", "{", "}", "\\", "-",
            "regex:", "alphabet:", "alphabet:[\"a\",\"ab\"]", "chars", "characters", "graphemes", "words", "whitespace", "\"", ",", "[\"",
            "\"]", "ß", "𝒳", "\u0301",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static IReadOnlyList<Mutation> All { get; } =
        [InsertPart, InsertPart, InsertPart, ReplaceByPart, Group, RepeatPart, ManyClasses];

    private static byte[] InsertPart(byte[] input, byte[] other, FuzzRandom random) =>
        Splice.Insert(input, random.Below(input.Length + 1), random.Pick(s_parts));

    private static byte[] ReplaceByPart(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Replace(input, start, length, random.Pick(s_parts));
    }

    private static byte[] Group(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Replace(input, start, length, [(byte)'(', .. input.AsSpan(start, length), (byte)')', .. random.Pick(s_parts)]);
    }

    private static byte[] RepeatPart(byte[] input, byte[] other, FuzzRandom random) =>
        Splice.Insert(input, random.Below(input.Length + 1), Splice.Repeat(random.Pick(s_parts), 1 << random.Below(9)));

    /// <summary>Distinct sets of characters, for which an automaton needs wide tables.</summary>
    private static byte[] ManyClasses(byte[] input, byte[] other, FuzzRandom random)
    {
        var text = new StringBuilder();
        int count = 1 << random.Below(8), first = random.Below(0xD000);
        for (int i = 0; i < count; i++)
            text.Append('[').Append((char)(first + 8 + i)).Append('-').Append((char)(first + 9 + i + random.Below(1000)))
                .Append(random.OneIn(2) ? "]" : "]|");
        return Splice.Insert(input, random.Below(input.Length + 1), Encoding.UTF8.GetBytes(text.ToString()));
    }
}
