namespace SeqGan.Text;

/// <summary>Text with composed letters: normalisation form C of Unicode Standard Annex 15.</summary>
internal static class ComposedText
{
    // Everything below is composed already.
    private const char FirstAffected = '\u0300';

    /// <summary>Whether this process can compose letters; in globalization-invariant mode it cannot.</summary>
    public static bool IsAvailable { get; } = "e\u0301".Normalize() == "\u00e9";

    /// <summary>
    /// The composed form of a text; the same instance if the text has it already, has a lone surrogate, or this process cannot
    /// compose.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyInRange(FirstAffected, char.MaxValue) || !IsWellFormed(text))
            return text;
        string composed = text.Normalize(NormalizationForm.FormC);
        return string.Equals(composed, text, StringComparison.Ordinal) ? text : composed;
    }

    /// <summary>Whether a text has a letter that could also be written decomposed.</summary>
    public static bool HasComposed(string text) =>
        text.AsSpan().ContainsAnyInRange('\u00C0', char.MaxValue) && IsWellFormed(text) && !text.IsNormalized(NormalizationForm.FormD);

    /// <summary>Whether a text has a mark that combines with the letter before it.</summary>
    public static bool HasCombining(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value >= FirstAffected && Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
                return true;
        }

        return false;
    }

    private static bool IsWellFormed(string text) => ReferenceEquals(WellFormedText.Of(text), text);
}
