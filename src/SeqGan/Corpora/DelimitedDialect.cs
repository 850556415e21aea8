using CsvHelper;

namespace SeqGan.Corpora;

/// <summary>How a table is written.</summary>
/// <param name="Delimiter">What is between two columns.</param>
/// <param name="Quote">What is around values; null for nothing.</param>
/// <param name="Start">The byte where the table begins: after a title, or a first line that says the delimiter (<c>sep=;</c>).</param>
/// <param name="StartLine">How many lines are before that.</param>
/// <param name="HasTitle">Whether they are a title.</param>
internal readonly record struct DelimitedDialect(char Delimiter, char? Quote, int Start = 0, int StartLine = 0, bool HasTitle = false)
{
    // An unclosed quote would make one value of the rest of the file.
    public const int LargestRecord = 1 << 26;

    // So rare that it divides nothing.
    private const char NoDelimiter = '\u001F';
    private const int ManyMisplaced = 3, MostTitleLines = 5;

    private static readonly char[] s_delimiters = [',', '\t', ';', '|'];

    public CsvReaderOptions ReaderOptions => new()
    {
        Separator = Delimiter,
        Quote = Quote ?? '"',
        Mode = Quote is null ? CsvMode.NoEscape : CsvMode.Rfc4180,
        HasHeader = false,
        TrackLineNumbers = true,
        MaxRecordSize = LargestRecord,
    };

    /// <summary>The dialect that the options tell, or else the beginning of the file.</summary>
    public static DelimitedDialect Of(SourceFile file, CorpusFileOptions options)
    {
        int start = file.Head.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        ReadOnlySpan<byte> first = FirstLine(file.Head.Span[start..], quote: null);
        char? said = null;
        if (first.Length == 5 && Ascii.EqualsIgnoreCase(first[..4], "sep="u8)
            && CorpusFileOptions.IsPossible((char)first[4]) && first[4] != options.Quote)
        {
            said = (char)first[4];
            start += first.Length;
            start += file.Head.Span[start..].StartsWith("\r\n"u8) ? 2 : Math.Min(1, file.Head.Length - start);
        }
        else
        {
            start = 0;
        }

        var dialect = new DelimitedDialect(
            options.Delimiter ?? said ?? SeenDelimiter(file, options.Quote), options.Quote, start, start > 0 ? 1 : 0);
        if (said is null && dialect.Delimiter == NoDelimiter && options.HasHeader != false && AfterTitle(file, dialect) is { } table)
            dialect = table;
        if (dialect.Quote is null)
            return dialect;
        TableHead quoted = TableHead.Of(file, dialect);
        DelimitedDialect plain = dialect with { Quote = null };
        return quoted.Misplaced >= ManyMisplaced && quoted.Misplaced * 2 > quoted.Quoted && TableHead.Of(file, plain).IsRegular
            ? plain
            : dialect;
    }

    public override string ToString() => (Delimiter switch
    {
        NoDelimiter => "a table of one column",
        '\t' => "a table delimited by tabs",
        _ => $"a table delimited by '{Delimiter}'",
    }) + (Quote is null ? " (quotes are text)" : "");

    /// <summary>The table after lines without a delimiter, if what follows them is surely one; otherwise null.</summary>
    private static DelimitedDialect? AfterTitle(SourceFile file, DelimitedDialect dialect)
    {
        ReadOnlySpan<byte> head = file.HeadLines.Span;
        int start = 0;
        for (int line = 1; line <= MostTitleLines; line++)
        {
            int end = head[start..].IndexOf((byte)'\n');
            if (end < 0)
                return null;
            start += end + 1;
            byte[] names = FirstLine(head[start..], dialect.Quote);
            foreach (char delimiter in s_delimiters)
            {
                DelimitedDialect table = dialect with { Delimiter = delimiter, Start = start, StartLine = line, HasTitle = true };
                if (names.Contains((byte)delimiter) && TableHead.Of(file, table).IsSureTable)
                    return table;
            }
        }

        return null;
    }

    private static char SeenDelimiter(SourceFile file, char? quote)
    {
        if (file.Extension is ".tsv" or ".tab")
            return '\t';
        ReadOnlyMemory<byte> head = file.HeadLines;
        using var reader = CsvReader.Create(head, new CsvReaderOptions
        {
            HasHeader = false, DetectSeparatorHint = false, Quote = quote ?? '"', Mode = quote is null ? CsvMode.NoEscape : CsvMode.Rfc4180,
        });
        // A delimiter of rows that is not between the names would cut the values of one column.
        byte[] first = [.. FirstLine(head.Span, quote)];
        char[] candidates = [reader.Separator, .. s_delimiters];
        char best = candidates.MaxBy(candidate => first.Contains((byte)candidate) ? 1 : 0);
        return first.Contains((byte)best) ? best : NoDelimiter;
    }

    /// <summary>The first line without its end, and without what is in quotes.</summary>
    private static byte[] FirstLine(ReadOnlySpan<byte> text, char? quote)
    {
        var line = new List<byte>();
        bool isQuoted = false;
        foreach (byte value in text)
        {
            if (value == quote)
                isQuoted = !isQuoted;
            else if (!isQuoted && value is (byte)'\n' or (byte)'\r')
                break;
            else if (!isQuoted)
                line.Add(value);
        }

        return [.. line];
    }
}
