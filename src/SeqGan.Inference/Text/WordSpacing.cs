using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>Where a text of words and punctuation marks has spaces by the rule; follows the tokens from left to right.</summary>
internal struct WordSpacing
{
    /// <summary>Stands before a token that has no space before it though the rule puts one.</summary>
    public const char Glued = '\u203F';

    /// <summary>Stands before a token that has a space before it though the rule puts none.</summary>
    public const char Spaced = '\u2423';

    private bool _follows;
    private bool _gluesNext;
    private bool _inDoubleQuotes;
    private bool _inSingleQuotes;

    /// <summary>Whether the rule puts a space before this token, which has no mark.</summary>
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

    /// <summary>Goes on behind a token that stands with or without a space before it.</summary>
    public void Advance(ReadOnlySpan<char> token, bool hasSpace)
    {
        // A straight quote opens where it stands apart from what is before it, whatever the rule expected.
        bool opens = IsStraightQuote(token) && (_gluesNext && _follows ? !InQuotes(token) : hasSpace);
        if (token is ['"'])
            _inDoubleQuotes = opens;
        else if (token is ['\''])
            _inSingleQuotes = opens;
        _gluesNext = opens || GluesNext(token);
        _follows = true;
    }

    private readonly bool InQuotes(ReadOnlySpan<char> token) => token[0] == '"' ? _inDoubleQuotes : _inSingleQuotes;

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
            || Rune.GetUnicodeCategory(first) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.CurrencySymbol;
    }

    // Punctuation of Chinese and Japanese brings its own space.
    private static bool IsWide(Rune rune) => rune.Value is (>= 0x3000 and <= 0x303F) or (>= 0xFF00 and <= 0xFF0F) or (>= 0xFF1A and <= 0xFF1F);

    private static Rune First(ReadOnlySpan<char> token) => Rune.DecodeFromUtf16(token, out Rune rune, out _) == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar;
}
