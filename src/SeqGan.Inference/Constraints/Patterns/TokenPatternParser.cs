using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>Reads a regular expression over tokens, whose names stand between blanks and operators, or within double quotes.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="parameterName">The name of the argument that has it.</param>
/// <param name="ordinary">The tokens that can stand in a sequence before its end.</param>
/// <param name="find">The id of a name, or null where there is none.</param>
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
        '.' => ParseAny(),
        '^' or '$' or ']' or '}' => throw Error(Position, $"'{Current}' means nothing here; a token of this name stands in double quotes"),
        _ => SymbolSet.Of(ParseToken()),
    });

    private SymbolSet ParseAny()
    {
        Position++;
        return ordinary;
    }

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
                throw Error(Position, $"'{Current}' means nothing between brackets; a token of this name stands in double quotes");
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
        int token = find(name) ?? throw Error(start, $"'{name}' is no token that a sequence can have");
        return token;
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

    /// <summary>Reads a token's id where tokens have no names.</summary>
    public static int? ParseId(string name, SequenceFormat format) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < format.VocabularySize
        && id != format.EndToken && id != format.PaddingToken
            ? id
            : null;
}
