using System.Text;

namespace SeqGan;

/// <summary>Takes every character for a token.</summary>
/// <remarks>
/// A character is a Unicode scalar value: an emoji outside the basic plane is one token, never half a surrogate pair, while
/// a letter with a combining accent is two. A lone surrogate becomes U+FFFD. Joining gives the text back. Thread-safe.
/// </remarks>
public sealed class CharacterTokenizer : ITokenizer
{
    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Characters(text);
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    private static IEnumerable<string> Characters(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
            yield return rune.ToString();
    }
}
