namespace SeqGan.Text;

/// <summary>Text without lone surrogates, which UTF-8 cannot express.</summary>
internal static class WellFormedText
{
    /// <summary>The text itself, or if it has lone surrogates a copy with U+FFFD in their place.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        for (int i = 0; i < text.Length; i += RuneLength(text, i))
        {
            if (char.IsSurrogate(text[i]) && RuneLength(text, i) == 1)
                return string.Concat(text.EnumerateRunes());
        }

        return text;
    }

    /// <summary>How many UTF-16 units the character that starts here has: 1 or 2.</summary>
    public static int RuneLength(string text, int index) =>
        index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]) ? 2 : 1;
}
