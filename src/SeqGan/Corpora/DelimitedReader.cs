using System.Text;
using CsvHelper;

namespace SeqGan;

/// <summary>Reads one column of a file of delimited columns.</summary>
internal sealed class DelimitedReader
{
    // A quote that is not closed would make one value of the rest of the file.
    private const int LargestRecord = 1 << 26;

    private readonly string _path;
    private readonly CsvReader _reader;
    private CsvMalformedReason? _malformed;

    private DelimitedReader(string path, Stream stream, DelimitedFileOptions options)
    {
        _path = path;
        _reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = Separator(path, options),
            Quote = options.Quote,
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = LargestRecord,
            OnMalformedRecord = record => _malformed = record.Reason,
        });
    }

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static void Check(string path, DelimitedFileOptions options)
    {
        char separator = Separator(path, options);
        if (!char.IsAscii(separator) || separator is '\r' or '\n' or '\0')
            throw new ArgumentException($"{nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.Delimiter)} is '{separator}' (U+{(int)separator:X4}); it must be an ASCII character that ends no line.", nameof(options));
        if (!char.IsAscii(options.Quote) || options.Quote is '\r' or '\n' or '\0' || options.Quote == separator)
            throw new ArgumentException($"{nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.Quote)} is '{options.Quote}' (U+{(int)options.Quote:X4}); it must be an ASCII character that ends no line and is not the delimiter, '{separator}'.", nameof(options));
    }

    /// <param name="path">The file.</param>
    /// <param name="name">The column's name, or null where its index is given.</param>
    /// <param name="index">The column's index, where it has no name.</param>
    /// <param name="options">How to read the file.</param>
    /// <param name="maxLength">The most tokens of a sequence.</param>
    public static IEnumerable<SourceText> Read(string path, string? name, int index, DelimitedFileOptions options, int maxLength)
    {
        using FileStream stream = TextFile.Open(path);
        foreach (SourceText text in Read(stream, path, name, index, options, maxLength))
            yield return text;
    }

    /// <summary>Reads a stream that <see cref="TextFile"/> has let pass.</summary>
    public static IEnumerable<SourceText> Read(Stream stream, string path, string? name, int index, DelimitedFileOptions options, int maxLength)
    {
        var file = new DelimitedReader(path, stream, options);
        using CsvReader reader = file._reader;
        if (options.HasHeader && file.Advance() && name is not null)
            index = file.FindColumn(name);
        int limit = Utf8LineReader.LimitFor(maxLength);
        while (file.Advance())
        {
            int line = checked((int)reader.LineNumber);
            if (file.Failure(name, index) is not { } failure)
            {
                string text = reader.GetString(index);
                yield return text.Length > limit ? new SourceText(text[..limit], line, IsCut: true) : new SourceText(text, line);
            }
            else if (options.SkipInvalid)
            {
                yield return new SourceText(Encoding.UTF8.GetString(reader.RawRecord), line, Failure: $"line {line}: {failure}.");
            }
            else
            {
                throw new CorpusException($"'{path}', line {line}: {failure}; correct the file, or set {nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.SkipInvalid)}.");
            }
        }
    }

    private static char Separator(string path, DelimitedFileOptions options) =>
        options.Delimiter ?? (Path.GetExtension(path).ToUpperInvariant() is ".TSV" or ".TAB" ? '\t' : ',');

    private bool Advance()
    {
        _malformed = null;
        try
        {
            if (!_reader.Read())
                return false;
        }
        catch (CsvFormatException error)
        {
            throw new CorpusException($"'{_path}', line {error.LineNumber}: the record is longer than {LargestRecord} bytes, or broken: {error.Message} Is there a quote that is not closed?", error);
        }

        Utf8Text.Check(_reader.RawRecord, _path, _reader.LineNumber, _reader.ByteOffset);
        return true;
    }

    /// <summary>What is wrong with the record, or null.</summary>
    private string? Failure(string? name, int index) => _malformed switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands within a value that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "there is text behind a closing quote",
        CsvMalformedReason.UnterminatedQuote => "a quote is not closed",
        { } other => $"the record is broken ({other})",
        null when index >= _reader.FieldCount => $"the record has {_reader.FieldCount} columns, and no column of index {index}{(name is null ? "" : $", '{name}'")}",
        null => null,
    };

    private int FindColumn(string name)
    {
        string[] names = _reader.Current.ToArray();
        int index = Array.IndexOf(names, name);
        return index >= 0
            ? index
            : throw new CorpusException($"'{_path}' has no column '{name}'; there {(names.Length == 1 ? "is" : "are")} {string.Join(", ", names.Take(50).Select(column => $"'{column}'"))}. Is the delimiter right?");
    }
}
