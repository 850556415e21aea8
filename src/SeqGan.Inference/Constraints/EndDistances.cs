namespace SeqGan.Constraints;

/// <summary>Whether a state of an automaton can still reach an accepting end within the tokens that are left.</summary>
/// <remarks>With an end token the nearest end is enough; without one, each number of remaining tokens needs its own answer.</remarks>
internal sealed class EndDistances
{
    private const int Unreachable = int.MaxValue;
    private const long MostBits = 1L << 28;

    private readonly SequenceFormat _format;
    private readonly int[] _nearest, _farthestOfNext;

    // Without an end token: bit s of row k tells whether state s accepts after exactly k more tokens.
    private readonly ulong[][] _exact;

    private EndDistances(SequenceFormat format, int[] nearest, int[] farthestOfNext, ulong[][] exact) =>
        (_format, _nearest, _farthestOfNext, _exact) = (format, nearest, farthestOfNext, exact);

    public static EndDistances Of(TokenTransitions transitions, SequenceFormat format)
    {
        int[] nearest = Nearest(transitions);
        return format.EndToken is null
            ? new EndDistances(format, nearest, [], Exact(transitions, format))
            : new EndDistances(format, nearest, FarthestOfNext(transitions, nearest), []);
    }

    /// <summary>Whether a state can reach an accepting end with <paramref name="left"/> tokens left.</summary>
    public bool Reaches(int state, int left) => _exact.Length == 0 ? _nearest[state] <= left : (_exact[left][state >> 6] >> state & 1) != 0;

    /// <summary>The least number of tokens left after the next one that allows the same tokens as <paramref name="left"/>.</summary>
    public int Canonical(int state, int left) => _exact.Length == 0 ? Math.Min(left, _farthestOfNext[state]) : left;

    /// <summary>Why no sequence from a state is accepted; null if one is.</summary>
    public string? DescribeNoEnd(int state)
    {
        int least = _nearest[state], maximum = _format.MaxLengthWithoutEnd;
        if (Reaches(state, maximum))
            return null;
        return least == Unreachable ? "it accepts no sequence of these tokens at all"
            : least > maximum ? $"the shortest that it accepts has {least} tokens, and the maximum length is {maximum}"
            : $"without an end token every sequence has exactly {maximum} tokens, and it accepts none of this length; "
                + $"the shortest that it accepts has {least}";
    }

    private static int[] Nearest(TokenTransitions transitions)
    {
        (int[] first, int[] into) = IntArrays.SortPlaces(transitions.Targets, transitions.Count);
        int[] sources = new int[transitions.Targets.Length], distances = new int[transitions.Count];
        var queue = new Queue<int>();
        for (int state = 0; state < distances.Length; state++)
        {
            sources.AsSpan(transitions.First[state]..transitions.First[state + 1]).Fill(state);
            distances[state] = transitions.Accepts[state] ? 0 : Unreachable;
            if (transitions.Accepts[state])
                queue.Enqueue(state);
        }

        while (queue.TryDequeue(out int state))
        {
            for (int i = first[state]; i < first[state + 1]; i++)
            {
                int source = sources[into[i]];
                if (distances[source] != Unreachable)
                    continue;
                distances[source] = distances[state] + 1;
                queue.Enqueue(source);
            }
        }

        return distances;
    }

    private static int[] FarthestOfNext(TokenTransitions transitions, int[] nearest)
    {
        int[] farthest = new int[transitions.Count];
        for (int state = 0; state < farthest.Length; state++)
        {
            foreach (int target in transitions.TargetsOf(state))
                farthest[state] = Math.Max(farthest[state], nearest[target] == Unreachable ? 0 : nearest[target]);
        }

        return farthest;
    }

    private static ulong[][] Exact(TokenTransitions transitions, SequenceFormat format)
    {
        int words = (transitions.Count + 63) / 64;
        if (words * 64L * (format.MaxLength + 1) > MostBits)
            throw new ArgumentException(
                $"The constraint has {transitions.Count} states, too many for sequences of exactly {format.MaxLength} tokens.");
        ulong[][] rows = new ulong[format.MaxLength + 1][];
        for (int left = 0; left <= format.MaxLength; left++)
        {
            ulong[] row = rows[left] = new ulong[words];
            for (int state = 0; state < transitions.Count; state++)
            {
                if (left == 0 ? transitions.Accepts[state] : LeadsInto(transitions, state, rows[left - 1]))
                    row[state >> 6] |= 1UL << state;
            }
        }

        return rows;
    }

    private static bool LeadsInto(TokenTransitions transitions, int state, ulong[] row)
    {
        foreach (int target in transitions.TargetsOf(state))
        {
            if ((row[target >> 6] >> target & 1) != 0)
                return true;
        }

        return false;
    }
}
