using System.CommandLine;
using System.CommandLine.Parsing;

namespace SeqGan.Tool;

/// <summary>The options for reading files of sequences, the same in every command.</summary>
internal sealed class InputFile
{
    /// <summary>The name of a file that stands for standard input.</summary>
    public const string StandardInput = "-";

    private static readonly Dictionary<string, FileFormat> s_formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lines"] = FileFormat.Lines, ["fasta"] = FileFormat.Fasta, ["smiles"] = FileFormat.Smiles,
        ["delimited"] = FileFormat.Delimited, ["json-lines"] = FileFormat.JsonLines,
    };

    private readonly Option<FileFormat?> _format =
        CommonOptions.Choice("--format", "KIND", "What the file is, if its name and content do not tell", s_formats);
    private readonly Option<string[]> _columns = CommonOptions.Texts(
        "--column", "NAME",
        "The column of a table, by name or number (from 1), or the property of JSON Lines that has the sequences; several are joined",
        "--property");
    private readonly Option<string?> _label =
        CommonOptions.Text("--label", "NAME", "The column or property that has each sequence's label");
    private readonly Option<string?> _groupBy = CommonOptions.Text(
        "--group-by", "NAME", "If a row is one event: the column or property that says which sequence it belongs to");
    private readonly Option<string?> _orderBy = CommonOptions.Text(
        "--order-by", "NAME", "With --group-by, the column or property that orders the events; by default they are in order");
    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        HelpName = "CHAR",
        Description = "The character between two columns of a table, or 'tab'; by default the content tells",
        CustomParser = ReadDelimiter,
    };
    private readonly Option<bool> _noHeader = CommonOptions.Flag("--no-header", "The first row of the table is data, not names");
    private readonly Option<bool> _noQuotes = CommonOptions.Flag("--no-quotes", "Quotes in the table are text, not around values");
    private readonly Option<bool> _skipInvalid =
        CommonOptions.Flag("--skip-invalid", "Leave out records that cannot be read, and count them");

    public IReadOnlyList<Option> Options =>
        [_format, _columns, _label, _groupBy, _orderBy, _delimiter, _noHeader, _noQuotes, _skipInvalid];

    /// <summary>The files that are read, for a check that no output replaces one.</summary>
    public static IEnumerable<(string Name, string? Path)> Paths(string name, string[] files) =>
        files.Where(file => file != StandardInput).Select(file => (name, (string?)file));

    /// <summary>How messages name the files.</summary>
    public static string NameOf(string[] files) => string.Join(", ", files.Select(file => file == StandardInput ? "standard input" : file));

    public Corpus Read(ParseResult arguments, string[] files, CorpusOptions options, CancellationToken cancellationToken)
    {
        var fileOptions = new CorpusFileOptions
        {
            Format = arguments.GetValue(_format),
            Columns = arguments.GetValue(_columns) ?? [],
            LabelColumn = arguments.GetValue(_label),
            GroupBy = arguments.GetValue(_groupBy),
            OrderBy = arguments.GetValue(_orderBy),
            Delimiter = arguments.GetValue(_delimiter),
            Quote = arguments.GetValue(_noQuotes) ? null : '"',
            HasHeader = arguments.GetValue(_noHeader) ? false : null,
            SkipInvalid = arguments.GetValue(_skipInvalid),
        };
        if (!files.Contains(StandardInput))
            return Corpus.FromFiles(files, fileOptions, options, cancellationToken);
        if (files.Length > 1)
            throw new ArgumentException($"'{StandardInput}' is standard input, which is read alone; give it, or the other files.");
        using Stream input = Console.OpenStandardInput();
        return Corpus.FromStream(input, NameOf(files), fileOptions, options, cancellationToken);
    }

    private static char? ReadDelimiter(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text is "tab" or "\\t")
            return '\t';
        if (text.Length == 1)
            return text[0];
        result.AddError($"--delimiter is '{text}'; it must be one character, or 'tab'.");
        return null;
    }
}
