using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>Takes every character for a token.</summary>
/// <remarks>
/// A character is a Unicode scalar value: an emoji outside the basic plane is one token, never half a surrogate pair, while
/// a letter with a combining accent is two. With graphemes a character is what a reader takes for one: the letter with its
/// accent, a flag, an emoji of several parts. A lone surrogate becomes U+FFFD. Joining gives the text back. Thread-safe.
/// </remarks>
/// <param name="graphemes">Whether a token is a grapheme cluster (a text element of <see cref="StringInfo"/>). The default value is false.</param>
public sealed class CharacterTokenizer(bool graphemes = false) : ITokenizer
{
    /// <summary>Whether a token is a grapheme cluster instead of a Unicode scalar value.</summary>
    public bool Graphemes { get; } = graphemes;

    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Graphemes ? Elements(WellFormedText.Of(text)) : Characters(text);
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    private static IEnumerable<string> Characters(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
            yield return rune.ToString();
    }

    private static IEnumerable<string> Elements(string text)
    {
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = StringInfo.GetNextTextElementLength(text, start);
            yield return text.Substring(start, length);
        }
    }
}
