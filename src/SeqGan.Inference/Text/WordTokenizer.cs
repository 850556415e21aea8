using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>Takes words, numbers and punctuation marks for tokens, and joins them to natural text.</summary>
/// <remarks>
/// <para>
/// A word is a run of letters, digits and underscores; an apostrophe between letters belongs to it (<c>don't</c>), as do a
/// point and a comma between digits to a number (<c>3.14</c>). Every other character is a token of its own.
/// </para>
/// <para>
/// Joining puts one space between tokens, but none before <c>, . ; : ! ? % ) ] }</c> and closing quotes, none after
/// <c>( [ { $ # @</c> and opening quotes, and none on either side of a hyphen or slash. Straight quotes open and close in
/// turn. A token that stands otherwise carries a mark in front: <c>‿</c> (U+203F) where no space is before it though the
/// rule puts one, <c>␣</c> (U+2423) where a space is before it though the rule puts none. So a text comes back as it was,
/// but for white space at its ends, and other white space than single spaces. Case stays. For scripts that put no spaces
/// between words, such as Chinese or Thai, take characters instead. A lone surrogate becomes U+FFFD. Thread-safe.
/// </para>
/// </remarks>
public sealed class WordTokenizer : ITokenizer
{
    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Mark(WellFormedText.Of(text));
    }

    /// <inheritdoc/>
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

            // The first token stands as the rule has it, so that it is no other token than elsewhere.
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
        // The spacing marks stay alone, or a token of theirs would read as a marked one.
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

    /// <summary>Whether a mark here joins what stands before and behind it to one word or number.</summary>
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
