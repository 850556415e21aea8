using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>Shows texts that may hold anything: control characters, direction marks, halves of surrogate pairs.</summary>
internal static class VisibleText
{
    private const int ControlPictures = 0x2400, DeletePicture = 0x2421, Delete = 0x7F;

    /// <summary>The text with a visible sign in place of each character that has none.</summary>
    public static string Of(string text)
    {
        if (!NeedsChange(text))
            return text;
        var visible = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i++]:X4}");
            else
                i += Append(visible, rune);
        }

        return visible.ToString();
    }

    private static bool NeedsChange(string text)
    {
        foreach (char character in text)
        {
            if (char.IsSurrogate(character) || IsInvisible(char.GetUnicodeCategory(character)))
                return true;
        }

        return false;
    }

    private static int Append(StringBuilder visible, Rune rune)
    {
        if (!IsInvisible(Rune.GetUnicodeCategory(rune)))
            visible.Append(rune.ToString());
        else if (rune.Value < ' ')
            visible.Append((char)(ControlPictures + rune.Value));
        else if (rune.Value == Delete)
            visible.Append((char)DeletePicture);
        else
            visible.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
        return rune.Utf16SequenceLength;
    }

    private static bool IsInvisible(UnicodeCategory category) => category is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
