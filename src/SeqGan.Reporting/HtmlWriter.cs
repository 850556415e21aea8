using System.Globalization;
using System.Text;

namespace SeqGan.Reporting;

/// <summary>Builds HTML: what is written as text is escaped, numbers are the same in every culture.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _html = new();

    /// <summary>Appends markup as it is; interpolated numbers are written invariantly. Never for texts from outside.</summary>
    public HtmlWriter Markup(FormattableString markup)
    {
        _html.Append(markup.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>Appends markup as it is. Never for texts from outside.</summary>
    public HtmlWriter Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Appends a text, escaped, so that it can stand between tags or in a quoted attribute.</summary>
    public HtmlWriter Text(string text)
    {
        foreach (char character in VisibleText.Of(text))
        {
            switch (character)
            {
                case '&': _html.Append("&amp;"); break;
                case '<': _html.Append("&lt;"); break;
                case '>': _html.Append("&gt;"); break;
                case '"': _html.Append("&quot;"); break;
                case '\'': _html.Append("&#39;"); break;
                default: _html.Append(character); break;
            }
        }

        return this;
    }

    /// <summary>Appends an element of one text; the name and the attributes are markup.</summary>
    public HtmlWriter Element(string name, string text, string attributes = "") =>
        Markup($"<{name}{(attributes.Length > 0 ? " " : "")}{attributes}>").Text(text).Markup($"</{name}>");

    public override string ToString() => _html.ToString();

    /// <summary>A number for people: some four digits.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        double size = Math.Abs(value);
        string format = size is not 0 and (< 1e-4 or >= 1e9) ? "0.###e0" : size >= 1000 ? "#,0.#" : size >= 10 ? "0.##" : "0.####";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}

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
