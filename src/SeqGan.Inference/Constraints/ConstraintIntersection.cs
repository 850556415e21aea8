using System.Buffers;

namespace SeqGan.Constraints;

/// <summary>All of some constraints. Its state is the first one's; others with states walk through the prefix for each answer.</summary>
internal sealed class ConstraintIntersection : ITokenConstraint
{
    private readonly ITokenConstraint _first;
    private readonly ITokenConstraint[] _others;

    /// <param name="parts">At least two, of one format. At most one is an automaton.</param>
    public ConstraintIntersection(IReadOnlyList<ITokenConstraint> parts)
    {
        _first = parts.FirstOrDefault(part => part is TokenAutomaton)
            ?? parts.FirstOrDefault(part => part is not PrefixConstraint)
            ?? parts[0];
        _others = [.. parts.Where(part => !ReferenceEquals(part, _first))];
    }

    public SequenceFormat Format => _first.Format;

    public int InitialState => _first.InitialState;

    public IEnumerable<ITokenConstraint> Parts => [_first, .. _others];

    public int Advance(int state, ReadOnlySpan<int> prefix, int token) => _first.Advance(state, prefix, token);

    public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
    {
        _first.Allow(state, prefix, allowed);
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(allowed.Bits.Length);
        try
        {
            foreach (ITokenConstraint other in _others)
            {
                var mask = new TokenMask(rented, allowed.VocabularySize);
                mask.Clear();
                other.Allow(StateOf(other, prefix), prefix, mask);
                for (int word = 0; word < allowed.Bits.Length; word++)
                    allowed.Bits[word] &= mask.Bits[word];
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    public override string ToString() => string.Join(" and ", Parts);

    private static int StateOf(ITokenConstraint constraint, ReadOnlySpan<int> prefix)
    {
        int state = constraint.InitialState;
        if (constraint is PrefixConstraint)
            return state;
        for (int position = 0; position < prefix.Length; position++)
            state = constraint.Advance(state, prefix[..position], prefix[position]);
        return state;
    }
}
