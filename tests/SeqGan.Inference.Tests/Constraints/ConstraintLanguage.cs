namespace SeqGan.Tests.Constraints;

/// <summary>Compares what a constraint allows with all sequences of a small format, one by one.</summary>
internal static class ConstraintLanguage
{
    /// <summary>Checks that a constraint allows a token exactly where some accepted sequence continues with it.</summary>
    /// <returns>The number of accepted sequences.</returns>
    public static int AssertAccepts(ITokenConstraint constraint, Func<int[], bool> accepts, string name = "")
    {
        SequenceFormat format = constraint.Format;
        var accepted = new Dictionary<string, SortedSet<int>>();
        int count = 0;
        foreach (int[] sequence in All(format))
        {
            int[] tokens = sequence.Length > 0 && sequence[^1] == format.EndToken ? sequence[..^1] : sequence;
            if (!accepts(tokens) || (MustEnd(constraint) && !format.HasEnded(sequence)))
                continue;
            count++;
            for (int length = 0; length < sequence.Length; length++)
            {
                string prefix = string.Join(' ', sequence[..length]);
                if (!accepted.TryGetValue(prefix, out SortedSet<int>? next))
                    accepted[prefix] = next = [];
                next.Add(sequence[length]);
            }
        }

        Follow(constraint, constraint.InitialState, [], accepted, name);
        return count;
    }

    /// <summary>All complete sequences of a format.</summary>
    public static IEnumerable<int[]> All(SequenceFormat format) => From([], format);

    public static int[] Allowed(ITokenConstraint constraint, int state, int[] prefix)
    {
        int size = constraint.Format.VocabularySize;
        var mask = new TokenMask(new ulong[TokenMask.CountWords(size)], size);
        constraint.Allow(state, prefix, mask);
        var tokens = new List<int>();
        for (int token = 0; token < size; token++)
        {
            if (mask[token] && token != constraint.Format.PaddingToken)
                tokens.Add(token);
        }

        return [.. tokens];
    }

    private static bool MustEnd(ITokenConstraint constraint) => constraint is TokenAutomaton
        || (constraint is ConstraintIntersection several && several.Parts.Any(MustEnd));

    private static IEnumerable<int[]> From(int[] prefix, SequenceFormat format)
    {
        if (prefix.Length == format.MaxLength || (prefix.Length > 0 && prefix[^1] == format.EndToken))
            return [prefix];
        return Enumerable.Range(0, format.VocabularySize).Where(token => token != format.PaddingToken)
            .SelectMany(token => From([.. prefix, token], format));
    }

    private static void Follow(ITokenConstraint constraint, int state, int[] prefix, Dictionary<string, SortedSet<int>> accepted,
        string name)
    {
        int[] allowed = Allowed(constraint, state, prefix);
        int[] expected = accepted.TryGetValue(string.Join(' ', prefix), out SortedSet<int>? next) ? [.. next] : [];
        Assert.True(expected.SequenceEqual(allowed),
            $"{name}: after [{string.Join(' ', prefix)}] it allows {string.Join(' ', allowed)}, not {string.Join(' ', expected)}");
        if (prefix.Length + 1 == constraint.Format.MaxLength)
            return;
        foreach (int token in allowed.Where(token => token != constraint.Format.EndToken))
            Follow(constraint, constraint.Advance(state, prefix, token), [.. prefix, token], accepted, name);
    }
}
