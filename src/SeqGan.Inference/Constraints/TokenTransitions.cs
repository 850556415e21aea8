namespace SeqGan;

/// <summary>The transitions of a deterministic automaton over classes of tokens that it does not tell apart; sparse.</summary>
internal sealed class TokenTransitions
{
    /// <summary>The class of each token, [vocabulary]; -1 for those that no transition has.</summary>
    public required int[] ClassOf { get; init; }

    /// <summary>The state before the first token.</summary>
    public required int Initial { get; init; }

    /// <summary>Whether a sequence may end in a state.</summary>
    public required bool[] Accepts { get; init; }

    /// <summary>Where the transitions of each state begin, and after them the number of all.</summary>
    public required int[] First { get; init; }

    /// <summary>The class of each transition, ascending within a state.</summary>
    public required int[] Classes { get; init; }

    /// <summary>The state that each transition leads to.</summary>
    public required int[] Targets { get; init; }

    public int Count => Accepts.Length;

    /// <summary>The state after a token of a class, or -1.</summary>
    public int Next(int state, int tokenClass)
    {
        if (tokenClass < 0)
            return -1;
        int index = Array.BinarySearch(Classes, First[state], First[state + 1] - First[state], tokenClass);
        return index < 0 ? -1 : Targets[index];
    }

    /// <summary>The tokens of each class: where each class begins, and the tokens.</summary>
    public (int[] First, int[] Tokens) Members()
    {
        int[] first = new int[ClassOf.Max() + 2], tokens = new int[ClassOf.Count(tokenClass => tokenClass >= 0)];
        foreach (int tokenClass in ClassOf)
        {
            if (tokenClass >= 0)
                first[tokenClass + 1]++;
        }

        for (int i = 1; i < first.Length; i++)
            first[i] += first[i - 1];
        int[] next = [.. first];
        for (int token = 0; token < ClassOf.Length; token++)
        {
            if (ClassOf[token] >= 0)
                tokens[next[ClassOf[token]]++] = token;
        }

        return (first, tokens);
    }
}
