using System.Buffers;
using CsvHelper;

namespace SeqGan.Corpora;

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
            throw new ArgumentException(
                $"{Options}.LabelColumn is '{label}', but HasHeader is false; give the column's index, a whole number from 0.",
                nameof(options));

        static bool IsPossible(char character) => char.IsAscii(character) && character is not ('\r' or '\n' or '\0');

        ArgumentException Invalid(string option, char value, string valid) =>
            new($"{Options}.{option} is '{value}' (U+{(int)value:X4}); {valid}.", nameof(options));
    }

    /// <summary>Reads the column of a name or, if that is null, of an index.</summary>
    public static IEnumerable<SourceText> Read(string path, string? name, int index, DelimitedFileOptions options, int? maxLength)
    {
        using FileStream stream = Utf8Text.Open(path);
        foreach (SourceText text in Read(stream, path, name, index, options, maxLength))
            yield return text;
    }

    /// <summary>Reads a stream that <see cref="Utf8Text.CheckStart"/> accepts.</summary>
    public static IEnumerable<SourceText> Read(
        Stream stream, string path, string? name, int index, DelimitedFileOptions options, int? maxLength)
    {
        var file = new DelimitedReader(path, stream, options);
        int labelIndex = options is { HasHeader: false, LabelColumn: { } label } ? int.Parse(label, s_culture) : NoLabels;
        if (options.HasHeader && file.Advance())
        {
            index = name is null ? index : file.FindColumn(name);
            labelIndex = options.LabelColumn is null ? NoLabels : file.FindColumn(options.LabelColumn);
        }

        while (file is not null)
        {
            using CsvReader reader = file._reader;
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
        string? failure = Failure(name, index) ?? Failure(options.LabelColumn, labelIndex), noLabel = null;
        string? label = failure is null && labelIndex != NoLabels ? _reader.GetString(labelIndex) : null;
        if (label is not null && string.IsNullOrWhiteSpace(label))
        {
            if (options.SkipInvalid)
                failure = $"the label '{options.LabelColumn}' is empty";
            else
                noLabel = $"the column '{options.LabelColumn}' is empty; give each sequence a label, or set {Options}.SkipInvalid";
            label = null;
        }

        if (failure is null)
        {
            string text = _reader.GetString(index);
            bool isCut = text.Length > limit;
            return new SourceText(isCut ? text[..limit] : text, Line, isCut, Label: label, NoLabel: noLabel);
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
            : throw new CorpusException($"'{_path}', line {Line}: {failure}; correct the file, or set {Options}.SkipInvalid.");
    }

    /// <summary>Reads what follows the line of a quote that is never closed; null if there is nothing to read again.</summary>
    private DelimitedReader? Rest(DelimitedFileOptions options)
    {
        if (_malformed != CsvMalformedReason.UnterminatedQuote)
            return null;
        ReadOnlySpan<byte> record = _reader.RawRecord;
        int start = StartOfSecondLine(record);
        if (start == record.Length)
            return null;
        var rest = new MemoryStream(record[start..].ToArray());
        return new DelimitedReader(_path, rest, options, Line, _bytesBefore + _reader.ByteOffset + start);
    }

    private static int EndOfFirstLine(ReadOnlySpan<byte> record) => record.IndexOfAny(s_lineEnds) is var end and >= 0 ? end : record.Length;

    private static int CountLines(ReadOnlySpan<byte> record)
    {
        int lines = 0;
        for (; !record.IsEmpty; lines++)
            record = record[StartOfSecondLine(record)..];
        return Math.Max(1, lines);
    }

    private static int StartOfSecondLine(ReadOnlySpan<byte> record)
    {
        int end = EndOfFirstLine(record);
        return Math.Min(record.Length, end + (record[end..].StartsWith("\r\n"u8) ? 2 : 1));
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
            throw new CorpusException($"'{_path}', line {error.LineNumber + _linesBefore}: the record is longer than {LargestRecord} "
                + $"bytes, or broken: {error.Message} Is there a quote that is not closed?", error);
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
        string known = $"{(names.Length == 1 ? "is" : "are")} {string.Join(", ", names.Take(50).Select(column => $"'{column}'"))}";
        throw new CorpusException($"'{_path}' has no column '{name}'; there {known}. Is the delimiter right?");
    }
}
