namespace SeqGan.Conformance;

/// <summary>Follows a constraint from the first token to the end, each token drawn among those that it allows.</summary>
internal static class ConstraintWalk
{
    /// <summary>Walks once.</summary>
    /// <param name="constraint">What is followed.</param>
    /// <param name="key">Determines the draws.</param>
    /// <param name="walk">The number of the walk.</param>
    /// <param name="visit">Sees each prefix, the state after it and what is allowed there.</param>
    /// <returns>The sequence; shorter than it must be where nothing was allowed.</returns>
    public static int[] Run(ITokenConstraint constraint, RandomKey key, int walk, Action<int[], int, int[]>? visit = null)
    {
        SequenceFormat format = constraint.Format;
        int state = constraint.InitialState;
        int[] prefix = [];
        while (true)
        {
            int[] allowed = Allowed(constraint, state, prefix);
            visit?.Invoke(prefix, state, allowed);
            if (allowed.Length == 0)
                return prefix;
            int token = allowed[(int)(key.NextUniform(walk, 0, prefix.Length) * allowed.Length)];
            if (token == format.EndToken || prefix.Length + 1 == format.MaxLength)
                return [.. prefix, token];
            state = constraint.Advance(state, prefix, token);
            prefix = [.. prefix, token];
        }
    }

    /// <summary>The tokens that may follow a prefix, tokens that are never generated left out.</summary>
    public static int[] Allowed(ITokenConstraint constraint, int state, int[] prefix)
    {
        SequenceFormat format = constraint.Format;
        ulong[] bits = new ulong[TokenMask.CountWords(format.VocabularySize)];
        var mask = new TokenMask(bits, format.VocabularySize);
        constraint.Allow(state, prefix, mask);
        int rest = format.VocabularySize % 64;
        Promise.That(
            rest == 0 || bits[^1] >> rest == 0,
            $"After {Promise.Describe(prefix)} it marks tokens beyond the vocabulary of {format.VocabularySize}.");
        var allowed = new List<int>();
        for (int token = 0; token < format.VocabularySize; token++)
        {
            if (mask[token] && format.CanGenerate(token))
                allowed.Add(token);
        }

        return [.. allowed];
    }
}
