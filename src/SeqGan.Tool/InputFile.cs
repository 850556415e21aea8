using System.CommandLine;

namespace SeqGan.Tool;

/// <summary>The options that say how a file of sequences is to be read, alike in every command.</summary>
internal sealed class InputFile
{
    private readonly Option<string?> _column = new("--column") { HelpName = "NAME", Description = "The column of a delimited file (.csv, .tsv) that has the sequences" };
    private readonly Option<string?> _property = new("--property") { HelpName = "NAME", Description = "The property of a JSON Lines file (.jsonl) that has the sequences" };
    private readonly Option<bool> _skipInvalid = new("--skip-invalid") { Description = "Leave out records that cannot be read, and count them" };

    public void AddTo(Command command)
    {
        command.Options.Add(_column);
        command.Options.Add(_property);
        command.Options.Add(_skipInvalid);
    }

    public Corpus Read(ParseResult arguments, string path, CorpusOptions options, CancellationToken cancellationToken)
    {
        (string? column, string? property) = (arguments.GetValue(_column), arguments.GetValue(_property));
        bool skipInvalid = arguments.GetValue(_skipInvalid);
        if (column is not null && property is not null)
            throw new ArgumentException("--column is for delimited files and --property for JSON Lines files; give one of them.");
        if (column is not null)
            return Corpus.FromDelimitedFile(path, column, new DelimitedFileOptions { SkipInvalid = skipInvalid }, options, cancellationToken);
        return property is not null
            ? Corpus.FromJsonLinesFile(path, property, new JsonLinesOptions { SkipInvalid = skipInvalid }, options, cancellationToken)
            : Corpus.FromFile(path, options, cancellationToken);
    }
}
