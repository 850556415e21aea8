using System.Text.RegularExpressions;

namespace SeqGan.Corpora;

/// <summary>What the values of a column are.</summary>
internal enum ColumnKind
{
    Empty,
    Numbers,
    Dates,
    Flags,
    Text,
    Tokens,
    Other,
}

internal static partial class ColumnKinds
{
    private const int FewestRows = 4;

    private static readonly string[] s_nothing = ["", "na", "n/a", "null", "none", "nan", "-", "?"];
    private static readonly string[] s_flags = ["true", "false"];

    public static bool CanBeSequences(this ColumnKind kind) => kind is ColumnKind.Text or ColumnKind.Tokens;

    public static string Describe(this ColumnKind kind) => kind switch
    {
        ColumnKind.Tokens => "arrays of tokens",
        ColumnKind.Flags => "true or false",
        ColumnKind.Other => "neither text nor tokens",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The kind of a column; text unless all values, empty ones aside, are something else.</summary>
    public static ColumnKind Of(IEnumerable<string> values)
    {
        ColumnKind[] kinds = [.. values.Select(Of).Where(kind => kind != ColumnKind.Empty).Distinct()];
        return kinds.Length == 0 ? ColumnKind.Empty : kinds.Length == 1 ? kinds[0] : ColumnKind.Text;
    }

    public static ColumnKind Of(string value)
    {
        string text = value.Trim();
        return Is(s_nothing, text) ? ColumnKind.Empty
            : Is(s_flags, text) ? ColumnKind.Flags
            : Number().IsMatch(text) ? ColumnKind.Numbers
            : Date().IsMatch(text) ? ColumnKind.Dates
            : ColumnKind.Text;
    }

    /// <summary>Finds the only column that can have the sequences, of those that are not used otherwise.</summary>
    /// <exception cref="CorpusException">There is none or more than one; the message lists all and names the option.</exception>
    public static string OnlySequences(
        string path, string what, string name, IReadOnlyList<(string Name, ColumnKind Kind, IReadOnlyList<string> Values)> columns)
    {
        if (columns.Count == 1)
            return columns[0].Name;
        if (columns.Where(column => column.Kind.CanBeSequences()).ToArray() is [var only])
        {
            if (columns.FirstOrDefault(column => LooksLikeGroup(column.Name, column.Values)).Name is { } group
                && Repeats(only.Values, most: 0.5))
                throw new CorpusException(
                    $"'{path}' is {what}, and a row looks like one event of a sequence: '{only.Name}' has "
                    + $"{only.Values.Distinct(StringComparer.Ordinal).Count()} different values in the first {only.Values.Count} rows, and "
                    + $"'{group}' may join them; set {nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.GroupBy)} to '{group}'. If each "
                    + $"row is a sequence, set {nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.Columns)} to '{only.Name}'.");
            return only.Name;
        }

        string list = string.Join(
            ", ", columns.Take(50).Select(column => $"'{CorpusStatistics.Excerpt(column.Name)}' ({column.Kind.Describe()})"));
        const string Options = nameof(CorpusFileOptions);
        if (columns.Count > 1 && columns.All(column => column.Values.Count == 0 && column.Kind == ColumnKind.Empty))
            throw new CorpusException($"'{path}' is {what} with the {name} {list} and nothing below them.");
        throw new CorpusException(
            $"'{path}' is {what}{(list.Length == 0 ? "" : $" with the {name} {list}")}; name the one with the sequences with "
            + $"{Options}.{nameof(CorpusFileOptions.Columns)} (and what joins the rows with {Options}.{nameof(CorpusFileOptions.GroupBy)}, "
            + $"if a row is one event of a sequence), or {FileFormats.ReadAsLines}.");
    }

    // Whole numbers with the name of a key, most of which come again, though not all are the same: not numbers of rows.
    private static bool LooksLikeGroup(string name, IReadOnlyList<string> values) =>
        KeyName().IsMatch(name) && Repeats(values, most: 0.7)
        && values.All(value => value.Trim() is { Length: > 0 } text && text.All(char.IsAsciiDigit));

    private static bool Repeats(IReadOnlyList<string> values, double most)
    {
        int distinct = values.Distinct(StringComparer.Ordinal).Count();
        return values.Count >= FewestRows && distinct > 1 && distinct <= most * values.Count;
    }

    [GeneratedRegex(
        "(?i:session|user|visit|customer|client|patient|basket|journey|trace|thread|conversation|(^|[^a-z])id$)|[a-z]I[dD]$",
        RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();

    private static bool Is(string[] words, string text) => words.Contains(text, StringComparer.OrdinalIgnoreCase);

    // With any separator of thousands or decimals, a sign, a currency or a per cent sign.
    [GeneratedRegex(@"^[-+]?[$€£]?[-+]?(\d[\d.,']*|\.\d+)([eE][-+]?\d+)?\s?[%€$£]?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ,].*)?|\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?( ?[AaPp][Mm])?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
