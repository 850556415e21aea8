namespace SeqGan.Constraints;

/// <summary>Asks a constraint; its mistakes become a <see cref="ConstraintException"/> that names the prefix. Thread-safe.</summary>
internal sealed class ConstraintGuard
{
    private const int LongestPrefixShown = 64;

    private readonly ITokenConstraint _constraint;
    private readonly TokenAutomaton? _automaton;
    private readonly Vocabulary? _vocabulary;

    /// <summary>Creates a guard; the vocabulary, if there is one, gives the tokens' texts in messages.</summary>
    public ConstraintGuard(ITokenConstraint constraint, SequenceFormat format, string parameterName, Vocabulary? vocabulary = null)
    {
        if (DescribeOtherFormat(constraint, format) is { } difference)
            throw new ArgumentException(difference, parameterName);
        (_constraint, _vocabulary) = (constraint, vocabulary);

        // An automaton's answers are shared; one that does not know of the unknown token is asked like any other constraint.
        _automaton = constraint.Format.UnknownToken == format.UnknownToken ? constraint as TokenAutomaton : null;
        (Format, InitialState) = (format, constraint.InitialState);
    }

    public SequenceFormat Format { get; }

    public int InitialState { get; }

    /// <summary>A guard; null where there is no constraint, or one that allows just what can be generated anyway.</summary>
    public static ConstraintGuard? For(
        ITokenConstraint? constraint, SequenceFormat format, string parameterName, Vocabulary? vocabulary = null)
    {
        if (constraint is null)
            return null;
        var guard = new ConstraintGuard(constraint, format, parameterName, vocabulary);
        return constraint is KnownTokensConstraint ? null : guard;
    }

    /// <summary>How a constraint's format differs from another, labels and the unknown token aside; null if it does not.</summary>
    public static string? DescribeOtherFormat(ITokenConstraint constraint, SequenceFormat format)
    {
        SequenceFormat own = constraint.Format;
        return own is not null && (own.VocabularySize, own.MaxLength, own.StartToken, own.EndToken, own.PaddingToken)
            == (format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken)
            ? null
            : $"The constraint '{constraint}' was made for sequences of another format: {own}; it must be {format}, labels apart.";
    }

    /// <summary>
    /// The tokens, at least one, that may be generated after a prefix: in the room given, or shared and not to be changed.
    /// </summary>
    public AllowedTokens Allow(int state, ReadOnlySpan<int> prefix, AllowedTokens room) =>
        TryAllow(state, prefix, room, out AllowedTokens allowed)
            ? allowed
            : throw new ConstraintException(
                $"The constraint '{_constraint}' allows no token after {Describe(prefix)}. It must allow a token only if the sequence can "
                    + $"still end within {Format.MaxLength} tokens.",
                prefix);

    /// <summary>The tokens that may be generated after a prefix, if there are any.</summary>
    public bool TryAllow(int state, ReadOnlySpan<int> prefix, AllowedTokens room, out AllowedTokens allowed)
    {
        allowed = Ask(state, prefix, room);
        if (ReferenceEquals(allowed, room))
            room.Update(Format);
        return allowed.Count > 0;
    }

    /// <summary>The state after one more allowed token.</summary>
    public int Advance(int state, ReadOnlySpan<int> prefix, int token)
    {
        try
        {
            return _constraint.Advance(state, prefix, token);
        }
        catch (Exception error) when (error is not (OperationCanceledException or ConstraintException))
        {
            throw Failed(prefix, error);
        }
    }

    /// <summary>The state after tokens, given the state before the last one, which alone is checked.</summary>
    public int Follow(int state, ReadOnlySpan<int> tokens, AllowedTokens room)
    {
        ReadOnlySpan<int> before = tokens[..^1];
        int last = tokens[^1];
        if (!Allows(state, before, last, room))
            throw new ConstraintException($"The prefix cannot be completed: {DescribeViolation(before, last)}.", tokens);
        return last == Format.EndToken ? state : Advance(state, before, last);
    }

    /// <summary>The position of the first token that the constraint does not allow, or -1 if it allows all.</summary>
    public int FindViolation(ReadOnlySpan<int> sequence, AllowedTokens room)
    {
        int state = InitialState;
        for (int position = 0; position < sequence.Length; position++)
        {
            int token = sequence[position];
            if (!Allows(state, sequence[..position], token, room))
                return position;
            if (position + 1 < sequence.Length)
                state = Advance(state, sequence[..position], token);
        }

        return -1;
    }

    /// <summary>Whether a token, the unknown one among them, may follow a prefix that is read.</summary>
    public bool Allows(int state, ReadOnlySpan<int> prefix, int token, AllowedTokens room) =>
        _automaton is { } automaton ? automaton.Allows(state, prefix.Length, token) : Ask(state, prefix, room).Contains(token);

    /// <summary>The message for a token that breaks the constraint.</summary>
    public string DescribeViolation(ReadOnlySpan<int> prefix, int token) =>
        $"the constraint '{_constraint}' does not allow token {Name(token)} at position {prefix.Length}, after {Describe(prefix)}";

    private AllowedTokens Ask(int state, ReadOnlySpan<int> prefix, AllowedTokens room)
    {
        try
        {
            if (_automaton is not null)
                return _automaton.Allow(state, prefix.Length);
            Array.Clear(room.Bits);
            _constraint.Allow(state, prefix, room.Mask);
        }
        catch (Exception error) when (error is not (OperationCanceledException or ConstraintException))
        {
            throw Failed(prefix, error);
        }

        return room;
    }

    private ConstraintException Failed(ReadOnlySpan<int> prefix, Exception error) =>
        new($"The constraint '{_constraint}' failed after {Describe(prefix)}: {error.GetType().Name}: {error.Message}", prefix, error);

    private string Describe(ReadOnlySpan<int> prefix)
    {
        if (prefix.IsEmpty)
            return "the empty prefix";
        int[] shown = prefix[..Math.Min(prefix.Length, LongestPrefixShown)].ToArray();
        string cut = shown.Length < prefix.Length ? " …" : "";
        return $"the prefix [{string.Join(" ", shown.Select(Name))}{cut}]";
    }

    private string Name(int token) =>
        _vocabulary is not null && (uint)token < (uint)_vocabulary.Count
            ? $"{token} '{_vocabulary.GetToken(token)}'"
            : $"{token}";
}
