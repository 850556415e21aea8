namespace SeqGan.Reporting;

/// <summary>Builds HTML: what is written as text is escaped, numbers are the same in every culture.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _html = new();

    /// <summary>Appends markup as it is; interpolated numbers are written invariantly. Never for texts from outside.</summary>
    public HtmlWriter Markup(FormattableString markup) => Raw(FormattableString.Invariant(markup));

    /// <summary>Appends markup as it is. Never for texts from outside.</summary>
    public HtmlWriter Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Appends a text, escaped, for use between tags or in a quoted attribute.</summary>
    public HtmlWriter Text(string text) => Raw(VisibleText.Of(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal));

    /// <summary>Appends an element of one text; the name and the attributes are markup.</summary>
    public HtmlWriter Element(string name, string text, string attributes = "") =>
        Raw($"<{name}{(attributes.Length > 0 ? " " : "")}{attributes}>").Text(text).Raw($"</{name}>");

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
        var visible = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            visible.Append(isWhole ? Of(rune) : $"\\u{(int)text[i]:X4}");
            i += isWhole ? rune.Utf16SequenceLength : 1;
        }

        return visible.ToString();
    }

    private static string Of(Rune rune) => !IsInvisible(Rune.GetUnicodeCategory(rune)) ? rune.ToString() : rune.Value switch
    {
        < ' ' => $"{(char)(ControlPictures + rune.Value)}",
        Delete => $"{(char)DeletePicture}",
        int value => $"\\u{{{value:X}}}",
    };

    private static bool IsInvisible(UnicodeCategory category) => category is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
