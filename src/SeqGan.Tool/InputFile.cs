using System.CommandLine;
using System.CommandLine.Parsing;

namespace SeqGan.Tool;

/// <summary>The options for reading a file of sequences, the same in every command.</summary>
internal sealed class InputFile
{
    private readonly Option<string?> _column = CommonOptions.Text(
        "--column", "NAME", "The column of a delimited file (.csv, .tsv) that has the sequences");
    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        HelpName = "CHAR",
        Description = "The character between two columns, or 'tab'; by default a tab in .tsv and .tab, a comma elsewhere",
        CustomParser = ReadDelimiter,
    };
    private readonly Option<string?> _property = CommonOptions.Text(
        "--property", "NAME", "The property of a JSON Lines file (.jsonl) that has the sequences");
    private readonly Option<string?> _label = CommonOptions.Text(
        "--label", "NAME", "With --column the column, with --property the property that has each sequence's label");
    private readonly Option<bool> _skipInvalid =
        CommonOptions.Flag("--skip-invalid", "Leave out records that cannot be read, and count them");

    public IReadOnlyList<Option> Options => [_column, _delimiter, _property, _label, _skipInvalid];

    public Corpus Read(ParseResult arguments, string path, CorpusOptions options, CancellationToken cancellationToken)
    {
        (string? column, string? property) = (arguments.GetValue(_column), arguments.GetValue(_property));
        (char? delimiter, string? label) = (arguments.GetValue(_delimiter), arguments.GetValue(_label));
        bool skipInvalid = arguments.GetValue(_skipInvalid);
        if (column is not null && property is not null)
            throw new ArgumentException("--column is for delimited files and --property for JSON Lines files; give one of them.");
        if (delimiter is not null && column is null)
            throw new ArgumentException("--delimiter belongs to --column; give both or neither.");
        if (label is not null && column is null && property is null)
            throw new ArgumentException(
                $"--label is '{label}', a column or a property; name the one with the sequences with --column or --property.");
        var delimited = new DelimitedFileOptions { Delimiter = delimiter, LabelColumn = label, SkipInvalid = skipInvalid };
        var jsonLines = new JsonLinesOptions { LabelProperty = label, SkipInvalid = skipInvalid };
        return column is not null ? Corpus.FromDelimitedFile(path, column, delimited, options, cancellationToken)
            : property is not null ? Corpus.FromJsonLinesFile(path, property, jsonLines, options, cancellationToken)
            : Corpus.FromFile(path, options, cancellationToken);
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
