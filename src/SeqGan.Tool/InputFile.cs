using System.CommandLine;
using System.CommandLine.Parsing;

namespace SeqGan.Tool;

/// <summary>The options that say how a file of sequences is to be read, alike in every command.</summary>
internal sealed class InputFile
{
    private readonly Option<string?> _column = new Option<string?>("--column") { HelpName = "NAME", Description = "The column of a delimited file (.csv, .tsv) that has the sequences" }.NotBlank();
    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        HelpName = "CHAR",
        Description = "What stands between two columns, or 'tab'; a comma unless said otherwise, a tab in .tsv and .tab",
        CustomParser = ReadDelimiter,
    };
    private readonly Option<string?> _property = new Option<string?>("--property") { HelpName = "NAME", Description = "The property of a JSON Lines file (.jsonl) that has the sequences" }.NotBlank();
    private readonly Option<string?> _label = new Option<string?>("--label") { HelpName = "NAME", Description = "With --column the column, with --property the property that has each sequence's label" }.NotBlank();
    private readonly Option<bool> _skipInvalid = new("--skip-invalid") { Description = "Leave out records that cannot be read, and count them" };

    public void AddTo(Command command)
    {
        command.Options.Add(_column);
        command.Options.Add(_delimiter);
        command.Options.Add(_property);
        command.Options.Add(_label);
        command.Options.Add(_skipInvalid);
    }

    public Corpus Read(ParseResult arguments, string path, CorpusOptions options, CancellationToken cancellationToken)
    {
        (string? column, string? property) = (arguments.GetValue(_column), arguments.GetValue(_property));
        bool skipInvalid = arguments.GetValue(_skipInvalid);
        if (column is not null && property is not null)
            throw new ArgumentException("--column is for delimited files and --property for JSON Lines files; give one of them.");
        char? delimiter = arguments.GetValue(_delimiter);
        if (delimiter is not null && column is null)
            throw new ArgumentException("--delimiter belongs to --column; give both or neither.");
        string? label = arguments.GetValue(_label);
        if (label is not null && column is null && property is null)
            throw new ArgumentException($"--label is '{label}': the column or the property of labels; say with --column or --property where the sequences are.");
        if (column is not null)
            return Corpus.FromDelimitedFile(path, column, new DelimitedFileOptions { Delimiter = delimiter, LabelColumn = label, SkipInvalid = skipInvalid }, options, cancellationToken);
        return property is not null
            ? Corpus.FromJsonLinesFile(path, property, new JsonLinesOptions { LabelProperty = label, SkipInvalid = skipInvalid }, options, cancellationToken)
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
