namespace SeqGan.Constraints;

/// <summary>A deterministic automaton over tokens that allows a token only if the rest of the sequence has room to be accepted.</summary>
/// <remarks>A bounded table caches the answers by state and tokens left, without a lock: two threads may compute the same answer.</remarks>
internal sealed class TokenAutomaton : ITokenConstraint
{
    private const int LargestCache = 1 << 25, MostPlaces = 1 << 14, FewestPlaces = 1 << 6;

    private readonly TokenTransitions _transitions;
    private readonly EndDistances _distances;
    private readonly string _description;
    private readonly int[] _memberFirst, _members;
    private readonly Answer?[] _answers;

    /// <exception cref="ConstraintException">No sequence of the format is accepted.</exception>
    public TokenAutomaton(SequenceFormat format, TokenTransitions transitions, string description)
    {
        (Format, _transitions, _description) = (format, transitions, description);
        _distances = EndDistances.Of(transitions, format);
        if (_distances.DescribeNoEnd(transitions.Initial) is { } reason)
            throw new ConstraintException($"No sequence satisfies the constraint '{description}': {reason}.", []);
        (_memberFirst, _members) = IntArrays.SortPlaces(transitions.ClassOf, transitions.ClassCount);
        int answerSize = 64 + format.VocabularySize / 8 + sizeof(int) * AllowedTokens.MostFew(format.VocabularySize);
        int places = FewestPlaces;
        while (places < MostPlaces && 2L * places * answerSize <= LargestCache)
            places *= 2;
        _answers = new Answer?[places];
    }

    public SequenceFormat Format { get; }

    public int InitialState => _transitions.Initial;

    internal TokenTransitions Transitions => _transitions;

    public int Advance(int state, ReadOnlySpan<int> prefix, int token)
    {
        Check(state, prefix.Length);
        if (token == Format.EndToken)
            return state;
        int next = (uint)token < (uint)Format.VocabularySize ? _transitions.Next(state, _transitions.ClassOf[token]) : -1;
        return next >= 0
            ? next
            : throw new ArgumentException($"Token {token} is not allowed in state {state} of '{_description}'.", nameof(token));
    }

    public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
    {
        Check(state, prefix.Length);
        Allow(state, prefix.Length).Bits.CopyTo(allowed.Bits);
    }

    public override string ToString() => _description;

    /// <summary>The tokens that may follow a prefix of some length that led to a state; shared.</summary>
    internal AllowedTokens Allow(int state, int length)
    {
        int left = _distances.Canonical(state, LeftAfter(length));
        ref Answer? place = ref _answers[(int)((uint)((state * 31) + left) * 2654435769 >> 8) & (_answers.Length - 1)];
        Answer? answer = Volatile.Read(ref place);
        if (answer is null || answer.State != state || answer.Left != left)
            Volatile.Write(ref place, answer = new Answer(state, left, Compute(state, left)));
        return answer.Tokens;
    }

    /// <summary>Whether a token may follow a prefix of some length that led to a state.</summary>
    internal bool Allows(int state, int length, int token)
    {
        if (token == Format.EndToken)
            return _transitions.Accepts[state];
        int next = _transitions.Next(state, _transitions.ClassOf[token]);
        return next >= 0 && _distances.Reaches(next, LeftAfter(length));
    }

    /// <summary>How many tokens fit after the next one, the end token aside; below 0 if only the end token fits.</summary>
    private int LeftAfter(int length) => Format.MaxLengthWithoutEnd - length - 1;

    private AllowedTokens Compute(int state, int left)
    {
        var tokens = new AllowedTokens(Format.VocabularySize);
        for (int i = _transitions.First[state]; i < _transitions.First[state + 1]; i++)
        {
            if (!_distances.Reaches(_transitions.Targets[i], left))
                continue;
            int tokenClass = _transitions.Classes[i];
            for (int member = _memberFirst[tokenClass]; member < _memberFirst[tokenClass + 1]; member++)
                tokens.Bits[_members[member] >> 6] |= 1UL << _members[member];
        }

        if (Format.EndToken is { } end && _transitions.Accepts[state])
            tokens.Bits[end >> 6] |= 1UL << end;
        tokens.Update(Format);
        return tokens;
    }

    private void Check(int state, int length)
    {
        if ((uint)state >= (uint)_transitions.Count)
            throw new ArgumentOutOfRangeException(
                nameof(state), state, $"A state of the constraint '{_description}' is in [0, {_transitions.Count}).");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(length, Format.MaxLength);
    }

    private sealed record Answer(int State, int Left, AllowedTokens Tokens);
}
