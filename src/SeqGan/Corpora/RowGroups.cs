using System.Text.RegularExpressions;

namespace SeqGan.Corpora;

/// <summary>Joins rows, one event each, to sequences.</summary>
/// <remarks>The rows of a sequence may be anywhere, so all are kept: a number for each token, and the values that order them.</remarks>
internal sealed partial class RowGroups(CorpusFileOptions options, string source)
{
    private const long LargestMemory = 1L << 30;
    private const int RowBytes = 24, StringBytes = 48, GroupBytes = 200;

    private readonly OrderedDictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly (int Count, string? First, int Line)[] _orders = new (int, string?, int)[2];
    private int _rows;
    private long _memory;

    /// <summary>How the sequences were made; known after they were read.</summary>
    public string Description
    {
        get
        {
            string order = options.OrderBy is not { } name ? "in the order of the rows" : (_orders[0].Count, _orders[1].Count) switch
            {
                (_, 0) => $"ordered by '{name}' (numbers)",
                (0, _) => $"ordered by '{name}' (as text)",
                var (numbers, texts) => $"ordered by '{name}' ({numbers} numbers by value, then {texts} others as text, "
                    + $"the first '{CorpusStatistics.Excerpt(_orders[1].First!)}'"
                    + (_orders[1].Line == 0 ? ")" : $" in line {_orders[1].Line})"),
            };
            return $"{SourceFiles.Counted(_groups.Count, "sequence")} from {SourceFiles.Counted(_rows, "row")} grouped by "
                + $"'{options.GroupBy}', {order}; each value is a token";
        }
    }

    /// <summary>What is wrong with the values that group and order a row, or null.</summary>
    public static string? Failure(CorpusFileOptions options, string? group, string? order) =>
        group is { Length: 0 } ? $"'{options.GroupBy}', which groups the rows, is empty"
        : order is { Length: 0 } ? $"'{options.OrderBy}', which orders the rows, is empty"
        : order is not null && Unordered().IsMatch(order)
            ? $"'{options.OrderBy}' is '{order}', and such values do not sort; write dates as 2026-01-31, times as 09:05 and numbers as "
                + $"10.5, or leave {nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.OrderBy)} out if the rows are in order"
        : null;

    /// <summary>The sequences, in the order of their first rows; invalid rows come before them.</summary>
    /// <exception cref="CorpusException">Rows of one sequence have different labels, or rows need too much memory.</exception>
    public IEnumerable<SourceText> Join(IEnumerable<SourceText> rows)
    {
        foreach (SourceText row in rows)
        {
            if (row.Failure is null)
                Add(row);
            else
                yield return row;
        }

        foreach (Group group in _groups.Values)
        {
            string[] tokens = [.. Sorted(group.Rows).SelectMany(row => row.Tokens)];
            yield return group.First with { Tokens = tokens, Group = null, Order = null };
        }
    }

    private void Add(SourceText row)
    {
        _rows++;
        if (!_groups.TryGetValue(row.Group!, out Group? group))
        {
            _memory += GroupBytes + (2 * row.Group!.Length);
            _groups.Add(row.Group, group = new Group(row with { Tokens = null, Order = null }));
        }

        if (group.First.Label != row.Label)
            throw new CorpusException(
                $"{Place(row)}: the rows of '{options.GroupBy}' '{CorpusStatistics.Excerpt(row.Group!)}' "
                + $"have the labels '{group.First.Label}' and '{row.Label}'; a sequence has one label.");
        decimal? number = null;
        if (row.Order is { } order)
        {
            number = decimal.TryParse(order, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value : null;
            ref (int Count, string? First, int Line) seen = ref _orders[number is null ? 1 : 0];
            seen = (seen.Count + 1, seen.First ?? order, seen.Count == 0 ? row.Number : seen.Line);
        }

        group.Rows.Add(new Row([.. row.Tokens!.Select(Known)], number, number is null && row.Order is { } text ? Known(text) : null));
        _memory += RowBytes * (2 + row.Tokens!.Count);
        if (_memory > LargestMemory)
            throw new CorpusException(
                $"{Place(row)}: the {_rows} rows up to here need more than {LargestMemory >> 20} MiB to be joined; "
                + "give a part of the rows, or files with one sequence a row.");
    }

    /// <summary>One instance for all equal texts.</summary>
    private string Known(string text)
    {
        if (_known.TryGetValue(text, out string? known))
            return known;
        _memory += StringBytes + (2 * text.Length);
        return _known[text] = text;
    }

    private string Place(SourceText row) => row.Number == 0 ? source : $"{source}, line {row.Number}";

    // Sorting is stable: equal rows keep their order.
    private static IEnumerable<Row> Sorted(List<Row> rows) => rows
        .OrderBy(row => row.Text is not null).ThenBy(row => row.Number).ThenBy(row => row.Text, StringComparer.Ordinal);

    // Years last, months, days or hours of one digit, names of months, halves of a day, decimal commas.
    [GeneratedRegex(
        @"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(\D|$)|^\d{4}[-/.](\d[-/.]|\d\d[-/.]\d(\D|$))|(^|[ T])\d:\d\d|\d ?[AP]\.?M\b|^\d+,\d+$"
            + @"|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Unordered();

    /// <summary>An event; its place is a number, or else a text, or else that of the row.</summary>
    private readonly record struct Row(string[] Tokens, decimal? Number, string? Text);

    private sealed record Group(SourceText First)
    {
        public List<Row> Rows { get; } = [];
    }
}
