using System.Buffers;
using CsvHelper;

namespace SeqGan.Corpora;

/// <summary>The records of a table, one after the other; it knows where each is and what is wrong with it.</summary>
internal sealed class DelimitedRecords : IDisposable
{
    private static readonly SearchValues<byte> s_lineEnds = SearchValues.Create("\r\n"u8);

    private readonly string _path;
    private readonly DelimitedDialect _dialect;
    private readonly CsvReader _reader;

    // Where the reader's stream begins in the file.
    private readonly int _linesBefore;
    private readonly long _bytesBefore;
    private CsvMalformedReason? _malformed;

    public DelimitedRecords(string path, Stream stream, DelimitedDialect dialect, int linesBefore = 0, long bytesBefore = 0)
    {
        (_path, _dialect, _linesBefore, _bytesBefore) = (path, dialect, linesBefore, bytesBefore);
        _reader = CsvReader.Create(
            stream, dialect.ReaderOptions with { OnMalformedRecord = record => _malformed = record.Reason }, leaveOpen: true);
    }

    public int Line => checked((int)_reader.LineNumber + _linesBefore);

    public int Count => _reader.FieldCount;

    public string this[int column] => _reader.GetString(column);

    public string[] Current => _reader.Current.ToArray();

    /// <summary>The record as it is in the file; of one whose quote is never closed, the first line.</summary>
    public string Raw
    {
        get
        {
            ReadOnlySpan<byte> record = _reader.RawRecord;
            return Encoding.UTF8.GetString(IsUnclosed ? record[..EndOfFirstLine(record)] : record);
        }
    }

    /// <summary>How many lines the record has.</summary>
    public int Lines
    {
        get
        {
            int lines = 0;
            for (ReadOnlySpan<byte> rest = _reader.RawRecord; !rest.IsEmpty; lines++)
                rest = rest[StartOfSecondLine(rest)..];
            return Math.Max(1, lines);
        }
    }

    /// <summary>Whether the record has a quote that is never closed.</summary>
    public bool IsUnclosed => _malformed == CsvMalformedReason.UnterminatedQuote;

    /// <summary>What is wrong with the record, or null.</summary>
    public string? Failure => _malformed switch
    {
        CsvMalformedReason.StrayQuote => "there is a quote within a value that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "there is text after a closing quote",
        CsvMalformedReason.UnterminatedQuote => "a quote is not closed",
        { } other => $"the record is broken ({other})",
        null => null,
    };

    public bool Advance()
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
                $"'{_path}', line {error.LineNumber + _linesBefore}: the record is longer than {DelimitedDialect.LargestRecord} "
                + $"bytes, or broken: {error.Message} Is there a quote that is not closed?", error);
        }

        Utf8Text.Check(_reader.RawRecord, _path, Line, _reader.ByteOffset + _bytesBefore);
        return true;
    }

    /// <summary>The records after the line of a quote that is never closed; null if there is nothing to read again.</summary>
    public DelimitedRecords? Rest()
    {
        if (!IsUnclosed)
            return null;
        ReadOnlySpan<byte> record = _reader.RawRecord;
        int start = StartOfSecondLine(record);
        if (start == record.Length)
            return null;
        var rest = new MemoryStream(record[start..].ToArray());
        return new DelimitedRecords(_path, rest, _dialect, Line, _bytesBefore + _reader.ByteOffset + start);
    }

    public void Dispose() => _reader.Dispose();

    private static int EndOfFirstLine(ReadOnlySpan<byte> record) => record.IndexOfAny(s_lineEnds) is var end and >= 0 ? end : record.Length;

    private static int StartOfSecondLine(ReadOnlySpan<byte> record)
    {
        int end = EndOfFirstLine(record);
        return Math.Min(record.Length, end + (record[end..].StartsWith("\r\n"u8) ? 2 : 1));
    }
}
