using System.Text.Json;
using SeqGan.Constraints;

namespace SeqGan.Orleans;

/// <summary>
/// A constraint as a silo needs it: JSON, with blanks at its end so that the length is a multiple of 4, as that of weights.
/// </summary>
internal static class ConstraintFile
{
    // Every silo would have to get it.
    private const int MostBytes = 1 << 24;

    private const string AutomatonKind = "automaton", NoRepeatKind = "no_repeat", KnownTokensKind = "known_tokens", AllKind = "all";

    /// <summary>A constraint; null where it is not one that silos can have, such as a function or a very large automaton.</summary>
    public static byte[]? Write(ITokenConstraint constraint)
    {
        if (Describe(constraint) is not { } description)
            return null;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(description);
        return json.Length > MostBytes ? null : [.. json, .. Enumerable.Repeat((byte)' ', (4 - (json.Length % 4)) % 4)];
    }

    /// <summary>Reads a constraint.</summary>
    /// <exception cref="FormatException">The bytes are not a constraint's.</exception>
    public static ITokenConstraint Read(byte[] bytes)
    {
        try
        {
            return Make(JsonSerializer.Deserialize<Description>(bytes));
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException or ConstraintException
            or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"The constraint cannot be used: {error.Message}", error);
        }
    }

    private static Description? Describe(ITokenConstraint constraint)
    {
        int?[] format = WeightsFile.Numbers(constraint.Format);
        switch (constraint)
        {
            case TokenAutomaton automaton:
                return new Description(AutomatonKind, format) { Text = automaton.ToString(), Transitions = automaton.Transitions };
            case NoRepeatConstraint noRepeat:
                return new Description(NoRepeatKind, format) { Length = noRepeat.Length };
            case KnownTokensConstraint:
                return new Description(KnownTokensKind, format);
            case ConstraintIntersection all:
                Description?[] parts = [.. all.Parts.Select(Describe)];
                return parts.Contains(null) ? null : new Description(AllKind, format) { Parts = parts! };
            default:
                return null;
        }
    }

    private static ITokenConstraint Make(Description? description)
    {
        SequenceFormat format = WeightsFile.FormatOf(description?.Format);
        return description!.Kind switch
        {
            AutomatonKind => new TokenAutomaton(format, Checked(description.Transitions!, format), description.Text ?? "a constraint"),
            NoRepeatKind => TokenConstraint.NoRepeat(description.Length, format),
            KnownTokensKind => TokenConstraint.KnownTokens(format),
            AllKind when AreJoined(description.Parts!) => TokenConstraint.All(description.Parts!.Select(Make)),
            _ => throw new FormatException($"There is no constraint of the kind '{description.Kind}'."),
        };
    }

    // As they are written: to join automata may take much time and memory.
    private static bool AreJoined(Description[] parts) =>
        parts.Count(part => part.Kind == AutomatonKind) <= 1 && !parts.Any(part => part.Kind == AllKind);

    // The automaton trusts its arrays.
    private static TokenTransitions Checked(TokenTransitions transitions, SequenceFormat format)
    {
        (int[] classOf, int initial, bool[] accepts, int[] first, int[] classes, int[] targets) = transitions;
        int states = accepts.Length, tokenClasses = classOf.Append(-1).Max() + 1;
        bool isValid = classOf.Length == format.VocabularySize && classOf.All(c => c >= -1 && c < format.VocabularySize)
            && (uint)initial < (uint)states && first.Length == states + 1 && first[0] == 0 && first[^1] == classes.Length
            && targets.Length == classes.Length && targets.All(target => (uint)target < (uint)states);
        for (int state = 0; isValid && state < states; state++)
        {
            isValid = first[state] <= first[state + 1] && first[state + 1] <= classes.Length;
            for (int i = first[state]; isValid && i < first[state + 1]; i++)
                isValid = classes[i] >= 0 && classes[i] < tokenClasses && (i == first[state] || classes[i] > classes[i - 1]);
        }

        foreach (int special in new[] { format.EndToken, format.PaddingToken }.OfType<int>())
            isValid &= classOf.Length > special && classOf[special] == -1;
        return isValid ? transitions : throw new FormatException("A constraint's transitions do not fit each other.");
    }

    private sealed record Description(string Kind, int?[] Format)
    {
        public string? Text { get; init; }

        public TokenTransitions? Transitions { get; init; }

        public int Length { get; init; }

        public Description[]? Parts { get; init; }
    }
}
