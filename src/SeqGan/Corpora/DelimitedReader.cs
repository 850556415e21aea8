using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;

namespace SeqGan;

/// <summary>Reads one column of a file of delimited columns.</summary>
internal sealed class DelimitedReader
{
    private const int NoLabels = -1;
    private const string Options = nameof(DelimitedFileOptions);

    // An unclosed quote would make one value of the rest of the file.
    private const int LargestRecord = 1 << 26;

    private static readonly SearchValues<byte> s_lineEnds = SearchValues.Create("\r\n"u8);
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private readonly string _path;
    private readonly CsvReader _reader;

    // Where the reader's stream begins in the file.
    private readonly int _linesBefore;
    private readonly long _bytesBefore;
    private CsvMalformedReason? _malformed;

    private DelimitedReader(string path, Stream stream, DelimitedFileOptions options, int linesBefore = 0, long bytesBefore = 0)
    {
        (_path, _linesBefore, _bytesBefore) = (path, linesBefore, bytesBefore);
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

    private int Line => checked((int)_reader.LineNumber + _linesBefore);

    /// <exception cref="ArgumentException">An option is out of range, or two contradict each other.</exception>
    public static void Check(string path, DelimitedFileOptions options)
    {
        char separator = Separator(path, options);
        if (!IsPossible(separator))
            throw Invalid(nameof(options.Delimiter), separator, "it must be an ASCII character that ends no line");
        if (!IsPossible(options.Quote) || options.Quote == separator)
            throw Invalid(nameof(options.Quote), options.Quote, $"it must be an ASCII character that ends no line, and not '{separator}'");
        if (options is { HasHeader: false, LabelColumn: { } label } && !int.TryParse(label, NumberStyles.None, s_culture, out _))
        {
            throw new ArgumentException(
                $"{Options}.{nameof(options.LabelColumn)} is '{label}', but {nameof(options.HasHeader)} is false; "
                    + "give the column's index, a whole number from 0.",
                nameof(options));
        }

        static bool IsPossible(char character) => char.IsAscii(character) && character is not ('\r' or '\n' or '\0');

        ArgumentException Invalid(string option, char value, string valid) =>
            new($"{Options}.{option} is '{value}' (U+{(int)value:X4}); {valid}.", nameof(options));
    }

    /// <param name="path">The file.</param>
    /// <param name="name">The column's name; null if its index is given.</param>
    /// <param name="index">The column's index, if it has no name.</param>
    /// <param name="options">How to read the file.</param>
    /// <param name="maxLength">The most tokens of a sequence.</param>
    public static IEnumerable<SourceText> Read(string path, string? name, int index, DelimitedFileOptions options, int maxLength)
    {
        using FileStream stream = Utf8Text.Open(path);
        foreach (SourceText text in Read(stream, path, name, index, options, maxLength))
            yield return text;
    }

    /// <summary>Reads a stream that <see cref="Utf8Text.CheckStart"/> accepts.</summary>
    public static IEnumerable<SourceText> Read(
        Stream stream, string path, string? name, int index, DelimitedFileOptions options, int maxLength)
    {
        var file = new DelimitedReader(path, stream, options);
        bool isHeaderNext = options.HasHeader;
        int labelIndex = options is { HasHeader: false, LabelColumn: { } label } ? int.Parse(label, s_culture) : NoLabels;
        while (file is not null)
        {
            using CsvReader reader = file._reader;
            if (isHeaderNext && file.Advance())
            {
                index = name is null ? index : file.FindColumn(name);
                labelIndex = options.LabelColumn is null ? NoLabels : file.FindColumn(options.LabelColumn);
            }

            isHeaderNext = false;
            DelimitedReader? rest = null;
            while (rest is null && file.Advance())
            {
                yield return file.Current(name, index, labelIndex, options, Utf8LineReader.LimitFor(maxLength));
                rest = file.Rest(options);
            }

            file = rest;
        }
    }

    /// <exception cref="CorpusException">The record is invalid, and invalid records are not skipped.</exception>
    private SourceText Current(string? name, int index, int labelIndex, DelimitedFileOptions options, int limit)
    {
        if ((Failure(name, index) ?? Failure(options.LabelColumn, labelIndex) ?? LabelFailure(labelIndex, options)) is not { } failure)
        {
            string text = _reader.GetString(index);
            SourceText source = text.Length > limit ? new SourceText(text[..limit], Line, IsCut: true) : new SourceText(text, Line);
            return labelIndex == NoLabels ? source : WithLabel(source, labelIndex, options);
        }

        ReadOnlySpan<byte> record = _reader.RawRecord;
        int lines = CountLines(record);
        // A quote that is never closed costs only its own line: the rest is read again.
        if (options.SkipInvalid && _malformed == CsvMalformedReason.UnterminatedQuote)
        {
            record = record[..EndOfFirstLine(record)];
            lines = 1;
        }

        if (lines > 1)
            failure += $", and the record has {lines} lines";
        return options.SkipInvalid
            ? new SourceText(Encoding.UTF8.GetString(record), Line, Failure: $"line {Line}: {failure}.", Lines: lines)
            : throw new CorpusException(
                $"'{_path}', line {Line}: {failure}; correct the file, or set {Options}.{nameof(options.SkipInvalid)}.");
    }

    /// <summary>Reads what follows the line of a quote that is never closed; null if there is nothing to read again.</summary>
    private DelimitedReader? Rest(DelimitedFileOptions options)
    {
        if (_malformed != CsvMalformedReason.UnterminatedQuote)
            return null;
        ReadOnlySpan<byte> record = _reader.RawRecord;
        int start = EndOfFirstLine(record);
        start += record[start..].StartsWith("\r\n"u8) ? 2 : 1;
        if (start >= record.Length)
            return null;
        var rest = new MemoryStream(record[start..].ToArray());
        return new DelimitedReader(_path, rest, options, Line, _bytesBefore + _reader.ByteOffset + start);
    }

    private static int EndOfFirstLine(ReadOnlySpan<byte> record) => record.IndexOfAny(s_lineEnds) is var end and >= 0 ? end : record.Length;

    private static int CountLines(ReadOnlySpan<byte> record)
    {
        int lines = 1;
        for (int end = EndOfFirstLine(record); end < record.Length; end = EndOfFirstLine(record))
        {
            record = record[(end + (record[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
            lines += record.IsEmpty ? 0 : 1;
        }

        return lines;
    }

    private string? LabelFailure(int labelIndex, DelimitedFileOptions options) =>
        options.SkipInvalid && labelIndex != NoLabels && string.IsNullOrWhiteSpace(_reader.GetString(labelIndex))
            ? $"the label '{options.LabelColumn}' is empty"
            : null;

    private SourceText WithLabel(SourceText source, int labelIndex, DelimitedFileOptions options)
    {
        string label = _reader.GetString(labelIndex);
        if (!string.IsNullOrWhiteSpace(label))
            return source with { Label = label };
        string advice = $"give each sequence a label, or set {Options}.{nameof(options.SkipInvalid)}";
        return source with { NoLabel = $"the column '{options.LabelColumn}' is empty; {advice}" };
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
            throw new CorpusException(
                $"'{_path}', line {error.LineNumber + _linesBefore}: the record is longer than {LargestRecord} bytes, or broken: "
                    + $"{error.Message} Is there a quote that is not closed?",
                error);
        }

        Utf8Text.Check(_reader.RawRecord, _path, Line, _reader.ByteOffset + _bytesBefore);
        return true;
    }

    /// <summary>What is wrong with the record, or null.</summary>
    private string? Failure(string? name, int index) => _malformed switch
    {
        CsvMalformedReason.StrayQuote => "there is a quote within a value that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "there is text after a closing quote",
        CsvMalformedReason.UnterminatedQuote => "a quote is not closed",
        { } other => $"the record is broken ({other})",
        null when index >= _reader.FieldCount =>
            $"the record has {_reader.FieldCount} columns, and no column of index {index}{(name is null ? "" : $", '{name}'")}",
        null => null,
    };

    private int FindColumn(string name)
    {
        string[] names = _reader.Current.ToArray();
        if (Array.IndexOf(names, name) is var index and >= 0)
            return index;
        string known = string.Join(", ", names.Take(50).Select(column => $"'{column}'"));
        throw new CorpusException(
            $"'{_path}' has no column '{name}'; there {(names.Length == 1 ? "is" : "are")} {known}. Is the delimiter right?");
    }
}
