namespace SeqGan.Text;

/// <inheritdoc cref="Tokenizer.Words"/>
internal sealed class WordTokenizer : ITokenizer
{
    public IEnumerable<string> Tokenize(string text) => Mark(WellFormedText.Of(text));

    public string Join(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var spacing = default(WordSpacing);
        foreach (string token in tokens)
        {
            bool isMarked = token is [WordSpacing.Glued or WordSpacing.Spaced, _, ..];
            ReadOnlySpan<char> plain = isMarked ? token.AsSpan(1) : token;
            bool hasSpace = isMarked ? token[0] == WordSpacing.Spaced : spacing.PutsSpaceBefore(plain);
            if (hasSpace && text.Length > 0)
                text.Append(' ');
            text.Append(plain);
            spacing.Advance(plain, hasSpace);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Mark(string text)
    {
        var spacing = default(WordSpacing);
        int start = 0;
        bool isFirst = true;
        while (true)
        {
            int spaceStart = start;
            while (start < text.Length && char.IsWhiteSpace(text[start]))
                start++;
            if (start == text.Length)
                yield break;
            int end = EndOfToken(text, start);
            string token = text[start..end];

            // The first token follows the rule, so that it is the same token as elsewhere.
            bool byRule = spacing.PutsSpaceBefore(token);
            bool hasSpace = isFirst ? byRule : start > spaceStart;
            spacing.Advance(token, hasSpace);
            yield return hasSpace == byRule ? token : (hasSpace ? WordSpacing.Spaced : WordSpacing.Glued) + token;
            isFirst = false;
            start = end;
        }
    }

    private static int EndOfToken(string text, int start)
    {
        int end = start;
        while (end < text.Length && (IsWordCharacter(text, end) || IsInside(text, start, end)))
            end += WellFormedText.RuneLength(text, end);
        return end > start ? end : EndOfMark(text, start);
    }

    private static int EndOfMark(string text, int start)
    {
        // The spacing marks stay alone; otherwise a token that begins with one would read as a marked token.
        if (text[start] is WordSpacing.Glued or WordSpacing.Spaced)
            return start + 1;
        int length = StringInfo.GetNextTextElementLength(text, start);
        for (int i = start; i < start + length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
                return start + WellFormedText.RuneLength(text, start);
        }

        return start + length;
    }

    private static bool IsWordCharacter(string text, int index) =>
        text[index] == '_' || CharUnicodeInfo.GetUnicodeCategory(text, index) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Whether a mark here joins its neighbours to one word or number.</summary>
    private static bool IsInside(string text, int start, int index)
    {
        if (index == start || index + 1 >= text.Length)
            return false;
        return text[index] switch
        {
            '\'' or '\u2019' => IsLetter(text[index - 1]) && IsLetter(text[index + 1]),
            '.' or ',' => char.IsDigit(text[index - 1]) && char.IsDigit(text[index + 1]),
            '\u200C' or '\u200D' => IsWordCharacter(text, index + 1),
            _ => false,
        };
    }

    private static bool IsLetter(char character) => char.IsLetter(character) || char.IsSurrogate(character);
}

/// <summary>Where the rule puts spaces in a text of words and punctuation marks; follows the tokens from left to right.</summary>
internal struct WordSpacing
{
    /// <summary>Marks of a token without a space before it where the rule puts one, and with a space where the rule puts none.</summary>
    public const char Glued = '\u203F', Spaced = '\u2423';

    private bool _follows, _gluesNext, _inDoubleQuotes, _inSingleQuotes;

    /// <summary>Whether the rule puts a space before this token (without its mark).</summary>
    public readonly bool PutsSpaceBefore(ReadOnlySpan<char> token)
    {
        if (!_follows)
            return IsStraightQuote(token);
        if (_gluesNext)
            return false;
        return token switch
        {
            ['"'] => !_inDoubleQuotes,
            ['\''] => !_inSingleQuotes,
            _ => !GluesToPrevious(token),
        };
    }

    /// <summary>Advances past a token that has a space before it or not.</summary>
    public void Advance(ReadOnlySpan<char> token, bool hasSpace)
    {
        // A straight quote after a space opens, whatever the rule expected.
        bool inQuotes = token is ['"'] ? _inDoubleQuotes : _inSingleQuotes;
        bool opens = IsStraightQuote(token) && (_gluesNext && _follows ? !inQuotes : hasSpace);
        if (token is ['"'])
            _inDoubleQuotes = opens;
        else if (token is ['\''])
            _inSingleQuotes = opens;
        _gluesNext = opens || GluesNext(token);
        _follows = true;
    }

    private static bool IsStraightQuote(ReadOnlySpan<char> token) => token is ['"'] or ['\''];

    private static bool GluesToPrevious(ReadOnlySpan<char> token)
    {
        Rune first = First(token);
        return first.Value is ',' or '.' or ';' or ':' or '!' or '?' or '%' or '\u2026' or '-' or '/' or '\u2014' || IsWide(first)
            || Rune.GetUnicodeCategory(first) is UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation;
    }

    private static bool GluesNext(ReadOnlySpan<char> token)
    {
        Rune first = First(token);
        return first.Value is '-' or '/' or '\u2014' or '#' or '@' || IsWide(first)
            || Rune.GetUnicodeCategory(first) is
                UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.CurrencySymbol;
    }

    // Chinese and Japanese punctuation contains its own space.
    private static bool IsWide(Rune rune) =>
        rune.Value is (>= 0x3000 and <= 0x303F) or (>= 0xFF00 and <= 0xFF0F) or (>= 0xFF1A and <= 0xFF1F);

    private static Rune First(ReadOnlySpan<char> token) =>
        Rune.DecodeFromUtf16(token, out Rune rune, out _) == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar;
}
