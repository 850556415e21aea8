namespace SeqGan.Constraints;

/// <summary>Parses a regular expression over tokens; blanks and operators separate their names, or double quotes enclose them.</summary>
/// <remarks>Ordinary tokens can be before the end; the delegate finds a name's id, or null if there is no such token.</remarks>
internal sealed class TokenPatternParser(string pattern, string parameterName, SymbolSet ordinary, Func<string, int?> find)
    : PatternParser(pattern, parameterName)
{
    private const string Operators = "()|*+?{}.[]^$\"";

    protected override void SkipInsignificant()
    {
        while (!IsAtEnd && char.IsWhiteSpace(Current))
            Position++;
    }

    protected override PatternNode ParseSymbol() => new PatternNode.Symbols(Current switch
    {
        '[' => ParseSet(),
        '.' => Skip(ordinary),
        '^' or '$' or ']' or '}' => throw Error(Position, $"'{Current}' means nothing here; put a token of this name in double quotes"),
        _ => SymbolSet.Of(ParseToken()),
    });

    private SymbolSet ParseSet()
    {
        int start = Position++;
        bool isNegated = TryTake('^');
        var tokens = new List<(int First, int Last)>();
        for (SkipInsignificant(); !TryTake(']'); SkipInsignificant())
        {
            if (IsAtEnd)
                throw Error(start, "'[' has no ']' after it");
            if (Current != '"' && Operators.Contains(Current, StringComparison.Ordinal))
                throw Error(Position, $"'{Current}' means nothing between brackets; put a token of this name in double quotes");
            int token = ParseToken();
            tokens.Add((token, token));
        }

        var set = SymbolSet.Of(tokens);
        return isNegated ? ordinary.Except(set) : set;
    }

    private int ParseToken()
    {
        int start = Position;
        string name = TryTake('"') ? ParseQuoted(start) : ParseBare();
        return find(name) ?? throw Error(start, $"'{name}' is not a token that a sequence can have");
    }

    private string ParseQuoted(int start)
    {
        var name = new StringBuilder();
        while (!TryTake('"'))
            name.Append(TakeCharacter(start, "'\"' has no '\"' after it"));
        return name.ToString();
    }

    private string ParseBare()
    {
        var name = new StringBuilder();
        while (!IsAtEnd && !char.IsWhiteSpace(Current) && !Operators.Contains(Current, StringComparison.Ordinal))
            name.Append(TakeCharacter(Position, ""));
        return name.ToString();
    }

    private char TakeCharacter(int start, string missing)
    {
        if (IsAtEnd)
            throw Error(start, missing);
        if (Current == '\\' && ++Position == Pattern.Length)
            throw Error(Position - 1, "'\\' has nothing after it");
        return Pattern[Position++];
    }

    /// <summary>Reads a token's id, if tokens have no names.</summary>
    public static int? ParseId(string name, SequenceFormat format) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < format.VocabularySize
        && id != format.EndToken && format.CanGenerate(id)
            ? id
            : null;
}
