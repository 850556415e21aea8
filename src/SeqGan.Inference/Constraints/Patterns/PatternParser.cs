namespace SeqGan.Constraints;

/// <summary>Parses a regular expression; a derived class parses the symbols.</summary>
internal abstract class PatternParser
{
    private const int LongestPattern = 20_000, DeepestNesting = 200, MostRepetitions = 10_000;
    private readonly string _parameterName;

    protected PatternParser(string pattern, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(pattern, parameterName);
        if (pattern.Length > LongestPattern)
            throw new ArgumentException($"The pattern has {pattern.Length} characters, more than {LongestPattern}.", parameterName);
        (Pattern, _parameterName) = (pattern, parameterName);
    }

    protected string Pattern { get; }

    protected int Position { get; set; }

    protected bool IsAtEnd => Position >= Pattern.Length;

    protected char Current => IsAtEnd ? '\0' : Pattern[Position];

    /// <exception cref="ArgumentException">The pattern is invalid; the message says what is wrong at which position.</exception>
    public PatternNode Parse()
    {
        PatternNode node = ParseChoice(0);
        return IsAtEnd ? node : throw Error(Position, "')' has no '(' before it");
    }

    /// <summary>Reads one symbol or set of symbols.</summary>
    protected abstract PatternNode ParseSymbol();

    /// <summary>Skips insignificant characters before the next part.</summary>
    protected virtual void SkipInsignificant()
    {
    }

    protected SymbolSet Skip(SymbolSet symbols)
    {
        Position++;
        return symbols;
    }

    protected bool TryTake(char character)
    {
        if (IsAtEnd || Current != character)
            return false;
        Position++;
        return true;
    }

    protected ArgumentException Error(int position, string what) =>
        new($"The pattern '{Pattern}' cannot be used: at position {position}, {what}.", _parameterName);

    private PatternNode ParseChoice(int depth)
    {
        if (depth > DeepestNesting)
            throw Error(Position, $"groups nest more than {DeepestNesting} deep");
        var parts = new List<PatternNode> { ParseSequence(depth) };
        while (TryTake('|'))
            parts.Add(ParseSequence(depth));
        return parts.Count == 1 ? parts[0] : new PatternNode.Choice(parts);
    }

    private PatternNode ParseSequence(int depth)
    {
        var parts = new List<PatternNode>();
        for (SkipInsignificant(); !IsAtEnd && Current is not ('|' or ')'); SkipInsignificant())
        {
            bool isImpliedAnchor = (Current == '^' && Position == 0) || (Current == '$' && Position == Pattern.Length - 1);
            if (isImpliedAnchor)
                Position++;
            else
                parts.Add(ParseRepetition(depth));
        }

        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode ParseRepetition(int depth)
    {
        if (IsQuantifier())
            throw Error(Position, $"'{Current}' has nothing before it to repeat");
        PatternNode part = Current == '(' ? ParseGroup(depth) : ParseSymbol();
        SkipInsignificant();
        if (!IsQuantifier())
            return part;
        (int least, int? most) = ParseQuantifier();

        // A lazy quantifier: which match comes first makes no difference, because the whole text must match.
        TryTake('?');
        return IsQuantifier()
            ? throw Error(Position, "a quantifier follows a quantifier; put what is repeated in parentheses")
            : new PatternNode.Repetition(part, least, most);
    }

    private PatternNode ParseGroup(int depth)
    {
        int start = Position++;
        if (TryTake('?') && !TryTake(':'))
            Position = NamedGroupEnd() ?? throw UnknownGroup(start);
        PatternNode node = ParseChoice(depth + 1);
        return TryTake(')') ? node : throw Error(start, "'(' has no ')' after it");
    }

    private ArgumentException UnknownGroup(int start)
    {
        (string begin, string name) = Pattern[Position..] switch
        {
            ['=' or '!', ..] => ($"{Current}", "look-ahead"),
            ['<', '=' or '!', ..] => (Pattern.Substring(Position, 2), "look-behind"),
            ['>', ..] => (">", "an atomic group"),
            ['#', ..] => ("#", "a comment"),
            ['(', ..] => ("(", "a condition"),
            ['<' or '\'', ..] => ($"{Current}", "a balancing group or a group without a name"),
            _ => (IsAtEnd ? "" : $"{Current}", "an option or an unknown kind of group"),
        };
        return Error(start, $"'(?{begin}' begins {name}, which an automaton over sequences does not support; use plain groups '(…)'");
    }

    // Where the group's content begins, if it is a plain named group.
    private int? NamedGroupEnd()
    {
        if (Current is not ('<' or '\''))
            return null;
        int end = Position + 1;
        while (end < Pattern.Length && (char.IsLetterOrDigit(Pattern[end]) || Pattern[end] == '_'))
            end++;
        return end > Position + 1 && end < Pattern.Length && Pattern[end] == (Current == '<' ? '>' : '\'') ? end + 1 : null;
    }

    private bool IsQuantifier() => !IsAtEnd && Current is '*' or '+' or '?' or '{';

    private (int Least, int? Most) ParseQuantifier()
    {
        int start = Position;
        char kind = Pattern[Position++];
        if (kind != '{')
            return (kind == '+' ? 1 : 0, kind == '?' ? 1 : null);
        int? least = ParseNumber(), most = least;
        if (TryTake(','))
            most = ParseNumber();
        if (least is not { } lower || !TryTake('}'))
            throw Error(start, "'{' begins no quantifier; write {n}, {n,} or {n,m}, or escape it");
        if (most < lower)
            throw Error(start, $"{{{lower},{most}}} ends before it begins");
        return (most ?? lower) <= MostRepetitions
            ? (lower, most)
            : throw Error(start, $"something is repeated {most ?? lower} times; at most {MostRepetitions} are possible");
    }

    private int? ParseNumber()
    {
        int start = Position;
        while (char.IsAsciiDigit(Current))
            Position++;
        if (Position == start)
            return null;
        return int.TryParse(Pattern.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Error(start, $"{Pattern[start..Position]} is too large a number");
    }
}

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>One of some symbols.</summary>
    public sealed record Symbols(SymbolSet Set) : PatternNode;

    /// <summary>Parts one after the other.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of some parts.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>A part from <see cref="Least"/> to <see cref="Most"/> times; null means no limit.</summary>
    public sealed record Repetition(PatternNode Part, int Least, int? Most) : PatternNode;
}
