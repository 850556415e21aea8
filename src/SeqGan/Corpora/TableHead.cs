using System.Text.RegularExpressions;
using CsvHelper;

namespace SeqGan.Corpora;

/// <summary>The first records of a table, by which its form is told.</summary>
internal sealed partial class TableHead
{
    private const int MostRecords = 200, FewestRecords = 4, LongestName = 100;

    // Columns that tables of sequences often have.
    private static readonly HashSet<string> s_usualNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "text", "name", "label", "class", "category", "topic", "title", "date", "time", "timestamp", "user", "session", "event",
        "events", "action", "message", "type", "status", "value", "score", "sequence", "smiles", "description", "comment", "content", "url",
        "word", "sentence", "review", "query", "question", "answer", "tweet", "lyrics", "smile", "country", "city", "email",
        "price", "count", "level", "gender", "age", "segment", "source", "target",
    };

    private readonly List<string[]> _records = [];

    private TableHead()
    {
    }

    public IReadOnlyList<string[]> Records => _records;

    /// <summary>How many records have quotes.</summary>
    public int Quoted { get; private set; }

    /// <summary>How many records have quotes where the format has none.</summary>
    public int Misplaced { get; private set; }

    /// <summary>Whether the rows have the same columns, and the first has their names and nothing else.</summary>
    public bool IsSureTable => _records.Count >= FewestRecords && _records[0].Length > 1 && this is { IsRegular: true, Misplaced: 0 }
        && _records[0].All(cell => ShortName().IsMatch(Clean(cell))) && this is { StartsWithNames: true, HasSureNames: true };

    public bool IsRegular => _records.TrueForAll(record => record.Length == _records[0].Length);

    /// <summary>
    /// Whether the first record, in a file that is a table, has the names: no date, nothing that its column has again, and no number,
    /// unless a name next to it heads a column of numbers or dates.
    /// </summary>
    public bool StartsWithNames => _records.Count > 0 && (_records[0].Length > 1 || HasSureNames)
        && (_records[0].Index().All(IsName)
            || (HasNamesOfValues && _records[0].Index().All(cell => IsName(cell) || ColumnKinds.Of(cell.Item) == ColumnKind.Numbers)));

    // Names that are names in other tables too, or that head values of another kind.
    private bool HasSureNames => HasNamesOfValues || HasUsualNames;

    /// <summary>Whether the first record has names of other tables too: then it is no row that happens to come again.</summary>
    public bool HasUsualNames =>
        _records.Count > 0 && _records[0].Any(cell => s_usualNames.Contains(Clean(cell)) || Identifier().IsMatch(Clean(cell)));

    private bool HasNamesOfValues => _records.Count > 1 && _records[0].Index().Any(
        cell => ColumnKinds.Of(cell.Item) == ColumnKind.Text
            && KindOf(cell.Index, hasNames: true) is ColumnKind.Numbers or ColumnKind.Dates or ColumnKind.Flags);

    public static TableHead Of(SourceFile file, DelimitedDialect dialect)
    {
        var head = new TableHead();
        CsvMalformedReason? malformed = null;
        using var reader = CsvReader.Create(
            file.HeadLines[dialect.Start..], dialect.ReaderOptions with { OnMalformedRecord = record => malformed = record.Reason });
        while (head._records.Count < MostRecords && reader.Read())
        {
            // The head may end within a value.
            if (malformed == CsvMalformedReason.UnterminatedQuote && !file.HeadIsAll)
                break;
            head._records.Add(reader.Current.ToArray());
            head.Quoted += dialect.Quote is { } quote && reader.RawRecord.Contains((byte)quote) ? 1 : 0;
            head.Misplaced += malformed is null ? 0 : 1;
            malformed = null;
        }

        return head;
    }

    /// <summary>Whether text that nobody called a table is one: its rows have the same columns, and the first has their names.</summary>
    /// <remarks>Prose, logs and chats have delimiters too. So a header is needed, one that is unlike what follows it.</remarks>
    public static bool LooksLikeTable(SourceFile file) => Of(file, DelimitedDialect.Of(file, new CorpusFileOptions())).IsSureTable;

    /// <summary>A name without the blanks and quotes around it.</summary>
    public static string Clean(string name) => name.Trim().Trim('"').Trim();

    /// <summary>What a column's values are.</summary>
    public ColumnKind KindOf(int column, bool hasNames) => ColumnKinds.Of(ValuesOf(column, hasNames));

    /// <summary>A column's values in these records.</summary>
    public IReadOnlyList<string> ValuesOf(int column, bool hasNames) =>
    [
        .. _records.Skip(hasNames ? 1 : 0).Where(record => record.Length > column && !(hasNames && IsNamesAgain(record)))
            .Select(record => record[column]),
    ];

    // Tables that were put together have their names in the middle too.
    private bool IsNamesAgain(string[] record) =>
        record.Length > 1 && record.AsSpan().SequenceEqual(_records[0]) && HasUsualNames;

    private bool IsName((int Index, string Item) cell)
    {
        string name = Clean(cell.Item);
        // A program's own numbering of the rows has no name.
        if (name.Length == 0)
            return cell.Index == 0 && _records[0].Length > 1;
        return name.Length <= LongestName && ColumnKinds.Of(name) == ColumnKind.Text
            && !_records.Skip(1).Any(record => !IsNamesAgain(record) && record.Length > cell.Index && record[cell.Index] == cell.Item);
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^([\p{L}_#%][\p{L}\p{N}_#%().:/-]*( [\p{L}\p{N}_#%().:/-]+){0,2})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ShortName();
}
