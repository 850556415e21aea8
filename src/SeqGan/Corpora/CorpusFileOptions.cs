namespace SeqGan.Corpora;

/// <summary>How to read files of sequences.</summary>
/// <remarks>
/// A column of a table is given by its name in the header or by its number, from 1; if a column has the number as its name, the name
/// counts. In JSON Lines a column is a property, and dots lead into nested objects: <c>message.text</c>.
/// </remarks>
public sealed class CorpusFileOptions
{
    /// <summary>What the files are. The default value is null: each file's name and content tell.</summary>
    public FileFormat? Format { get; set; }

    /// <summary>
    /// The columns with the sequences; the values of several columns are joined with a space between them. An array in JSON Lines is a
    /// sequence of tokens. The default value is empty: the only column of text is read, and if there are more, they are listed in an error.
    /// </summary>
    public IReadOnlyList<string> Columns { get; set; } = [];

    /// <summary>
    /// The column with each sequence's label; in JSON Lines a string, a number, true or false. A sequence with a missing or empty label is
    /// an error. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelColumn { get; set; }

    /// <summary>
    /// The column that says which sequence a row belongs to, if a row is only one event of a sequence. Each value of
    /// <see cref="Columns"/> is then one token. The rows of a sequence may be anywhere in the files, so all rows are kept in memory, up to
    /// 1 GiB of them. The default value is null: each row is a sequence.
    /// </summary>
    public string? GroupBy { get; set; }

    /// <summary>
    /// The column that orders the rows of a sequence, with <see cref="GroupBy"/>: numbers by value, then text by its characters, which
    /// orders dates such as 2026-01-31. Equal rows keep the order of the files. The default value is null: all rows keep it.
    /// </summary>
    public string? OrderBy { get; set; }

    /// <summary>
    /// The ASCII character between two columns. The default value is null: the content tells, or the first line, if it is such as
    /// <c>sep=;</c>. A table named <c>.tsv</c> or <c>.tab</c> has tabs.
    /// </summary>
    public char? Delimiter { get; set; }

    /// <summary>
    /// The ASCII character around a value with delimiters or line ends; doubled in it. Null means that there is none, and quotes are text.
    /// The default value is <c>"</c>; if the quotes of the first rows are then nearly all misplaced, they are text too.
    /// </summary>
    public char? Quote { get; set; } = '"';

    /// <summary>
    /// Whether the first record of a table has the columns' names. The default value is null: it has if a column is named, or else if it
    /// looks like names: no number or date, and nothing that occurs again in its column.
    /// </summary>
    public bool? HasHeader { get; set; }

    /// <summary>Whether to leave out and count (<see cref="DropReason.Invalid"/>) invalid records, not fail; false by default.</summary>
    public bool SkipInvalid { get; set; }

    /// <summary>All columns that are named, in the order sequences, label, group, order; null for those that are not.</summary>
    internal string?[] Named => [.. Columns, LabelColumn, GroupBy, OrderBy];

    internal bool AreOfTable => Named.Any(name => name is not null) || Delimiter is not null || HasHeader is not null;

    /// <summary>The same, for files of a known format and column.</summary>
    /// <exception cref="ArgumentException">They name another format, or columns.</exception>
    internal CorpusFileOptions Of(FileFormat format, string column)
    {
        if (Format is { } other && other != format)
            throw Invalid(nameof(Format), $"is {other}, but the method reads {format}; leave it out");
        if (Columns.Count > 0)
            throw Invalid(nameof(Columns), $"is '{string.Join("', '", Columns)}', but the method is given '{column}'; give one of them");
        return new CorpusFileOptions
        {
            Format = format, Columns = [column], LabelColumn = LabelColumn, GroupBy = GroupBy, OrderBy = OrderBy, Delimiter = Delimiter,
            Quote = Quote, HasHeader = HasHeader, SkipInvalid = SkipInvalid,
        };
    }

    /// <exception cref="ArgumentException">An option is out of range, or two contradict each other.</exception>
    internal void ThrowIfInvalid()
    {
        if (Columns is null || Columns.Any(string.IsNullOrEmpty))
            throw Invalid(nameof(Columns), "has an empty name; name each column, or give its number, from 1");
        if (Format is { } format && !Enum.IsDefined(format))
            throw Invalid(nameof(Format), $"is {format}; it must be one of {string.Join(", ", Enum.GetNames<FileFormat>())}");
        if (OrderBy is not null && GroupBy is null)
            throw Invalid(nameof(OrderBy), $"is '{OrderBy}', but {nameof(GroupBy)} is not given; it orders the rows of a group");
        if (Delimiter is { } delimiter && !IsPossible(delimiter))
            throw Invalid(nameof(Delimiter), $"is {Name(delimiter)}; it must be an ASCII character that ends no line");
        if (Quote is { } quote && (!IsPossible(quote) || quote == Delimiter))
            throw Invalid(nameof(Quote), $"is {Name(quote)}; it must be an ASCII character that ends no line, and not the delimiter");
        if (HasHeader == false && Format != FileFormat.JsonLines
            && Named.FirstOrDefault(name => name is not null && !TryGetNumber(name, out _)) is { } named)
            throw new ArgumentException(
                $"A column is '{named}', but {nameof(CorpusFileOptions)}.{nameof(HasHeader)} is false; give the column's number, from 1.");
        if (Format is FileFormat.Lines or FileFormat.Fasta or FileFormat.Smiles && AreOfTable)
            throw Invalid(nameof(Format), $"is {Format}, which has no columns; leave out what is about columns, or give another format");

        static string Name(char value) => $"'{value}' (U+{(int)value:X4})";
    }

    /// <summary>Whether a character can be a delimiter or a quote.</summary>
    internal static bool IsPossible(char character) => char.IsAscii(character) && character is not ('\r' or '\n' or '\0');

    internal static bool TryGetNumber(string column, out int number) =>
        int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    private static ArgumentException Invalid(string option, string problem) => new($"{nameof(CorpusFileOptions)}.{option} {problem}.");
}
