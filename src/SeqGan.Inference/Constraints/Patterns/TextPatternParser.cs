namespace SeqGan.Constraints;

/// <summary>Reads a regular expression over the characters of a text; a character is a Unicode scalar value.</summary>
internal sealed class TextPatternParser(string pattern, string parameterName) : PatternParser(pattern, parameterName)
{
    private const int LargestCharacter = 0x10FFFF;

    private static readonly SymbolSet s_all = SymbolSet.Of([(0, LargestCharacter)]);
    private static readonly Lazy<SymbolSet> s_digits = new(() => Where(category => category == UnicodeCategory.DecimalDigitNumber));
    private static readonly Lazy<SymbolSet> s_spaces = new(() => SymbolSet.Of(
        from character in Enumerable.Range(0, char.MaxValue + 1) where char.IsWhiteSpace((char)character) select (character, character)));

    private static readonly Lazy<SymbolSet> s_words = new(() => Where(category => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation));

    protected override PatternNode ParseSymbol() => new PatternNode.Symbols(Current switch
    {
        '[' => ParseClass(),
        '\\' => ParseEscape(inClass: false),
        '.' => Skip(s_all.Except(SymbolSet.Of('\n'))),
        '^' or '$' => throw Error(Position, $"'{Current}' is an anchor, which is possible at the ends of the pattern only, "
            + "where it is implied; escape it to mean the character"),
        ']' or '}' => SymbolSet.Of(Pattern[Position++]),
        _ => SymbolSet.Of(TakeCharacter()),
    });

    private static SymbolSet Where(Func<UnicodeCategory, bool> isIn) => SymbolSet.Of(
        from character in Enumerable.Range(0, LargestCharacter + 1)
        where isIn(CharUnicodeInfo.GetUnicodeCategory(character))
        select (character, character));

    private int TakeCharacter()
    {
        if (Rune.DecodeFromUtf16(Pattern.AsSpan(Position), out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
            throw Error(Position, "there is half of a surrogate pair");
        Position += length;
        return rune.Value;
    }

    private SymbolSet ParseClass()
    {
        int start = Position++;
        bool isNegated = TryTake('^');
        var ranges = new List<(int First, int Last)>();

        // A bracket that closes nothing yet means itself.
        for (bool isFirst = true; isFirst || Current != ']'; isFirst = false)
        {
            if (IsAtEnd)
                throw Error(start, "'[' has no ']' after it");
            if (!isFirst && Current == '-' && Position + 1 < Pattern.Length && Pattern[Position + 1] == '[')
                throw Error(Position, "'-[' takes a set away from another, which is not supported; write out what is left");
            AddToClass(ranges, start);
        }

        Position++;
        var set = SymbolSet.Of(ranges);
        return isNegated ? s_all.Except(set) : set;
    }

    private void AddToClass(List<(int First, int Last)> ranges, int start)
    {
        int begin = Position;
        SymbolSet first = ParseInClass();
        if (Current != '-' || Position + 1 >= Pattern.Length || Pattern[Position + 1] == ']')
        {
            ranges.AddRange(first.Ranges);
            return;
        }

        Position++;
        if (Current == '[')
            throw Error(Position - 1, "'-[' takes a set away from another, which is not supported; write out what is left");
        if (IsAtEnd)
            throw Error(start, "'[' has no ']' after it");
        SymbolSet last = ParseInClass();
        if (!IsOne(first) || !IsOne(last))
            throw Error(begin, "a range of characters begins or ends with a set of them");
        if (last.Ranges[0].First < first.Ranges[0].First)
            throw Error(begin, "a range of characters ends before it begins");
        ranges.Add((first.Ranges[0].First, last.Ranges[0].First));
    }

    private static bool IsOne(SymbolSet set) => set.Ranges is [var range] && range.First == range.Last;

    private SymbolSet ParseInClass() => Current == '\\' ? ParseEscape(inClass: true) : SymbolSet.Of(TakeCharacter());

    private SymbolSet ParseEscape(bool inClass)
    {
        int start = Position++;
        if (IsAtEnd)
            throw Error(start, "'\\' has nothing after it");
        char escaped = Pattern[Position++];
        return escaped switch
        {
            'd' => s_digits.Value,
            'D' => s_all.Except(s_digits.Value),
            'w' => s_words.Value,
            'W' => s_all.Except(s_words.Value),
            's' => s_spaces.Value,
            'S' => s_all.Except(s_spaces.Value),
            't' or 'n' or 'r' or 'f' or 'v' or 'a' or 'e' =>
                SymbolSet.Of("\t\n\r\f\v\a\e"["tnrfvae".IndexOf(escaped, StringComparison.Ordinal)]),
            'b' when inClass => SymbolSet.Of('\b'),
            '0' when !char.IsAsciiDigit(Current) => SymbolSet.Of(0),
            'x' => SymbolSet.Of(ParseHexadecimal(start, 2)),
            'u' => SymbolSet.Of(ParseUnit(start)),
            >= '0' and <= '9' => throw Error(start, $"'\\{escaped}' is a back-reference or an octal number, which is not supported"),
            'k' => throw Error(start, "'\\k' is a back-reference, which an automaton does not support"),
            'p' or 'P' => throw Error(start, $"'\\{escaped}' names a Unicode category, which is not supported; write a set of characters"),
            'A' or 'Z' or 'z' or 'b' or 'B' or 'G' =>
                throw Error(start, $"'\\{escaped}' is an anchor, which is not supported; the pattern's ends are the text's"),
            _ when char.IsAsciiLetter(escaped) => throw Error(start, $"'\\{escaped}' means nothing; escape only what is not a letter"),
            _ => SymbolSet.Of(EscapedCharacter()),
        };

        int EscapedCharacter()
        {
            Position--;
            return TakeCharacter();
        }
    }

    private int ParseUnit(int start)
    {
        int unit = ParseHexadecimal(start, 4);
        if (!char.IsSurrogate((char)unit))
            return unit;
        int second = Position;
        if (char.IsHighSurrogate((char)unit) && TryTake('\\') && TryTake('u')
            && ParseHexadecimal(second, 4) is var low && char.IsLowSurrogate((char)low))
        {
            return char.ConvertToUtf32((char)unit, (char)low);
        }

        throw Error(start, "there is half of a surrogate pair");
    }

    private int ParseHexadecimal(int start, int digits)
    {
        ReadOnlySpan<char> text = Pattern.AsSpan(Position, Math.Min(digits, Pattern.Length - Position));
        if (text.Length < digits || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number))
            throw Error(start, $"{digits} hexadecimal digits must follow");
        Position += digits;
        return number;
    }
}
