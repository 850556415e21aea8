namespace SeqGan.Corpora;

/// <summary>Tells what a file is by its name and its first bytes.</summary>
internal static class FileFormats
{
    /// <summary>How messages say that a file can be read as plain text all the same.</summary>
    public const string ReadAsLines =
        $"set {nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.Format)} to {nameof(FileFormat.Lines)} to read each line as a sequence";

    private const int LinesToSee = 200;

    private static readonly Dictionary<string, FileFormat> s_extensions = new(StringComparer.Ordinal)
    {
        [".fasta"] = FileFormat.Fasta, [".fas"] = FileFormat.Fasta, [".fa"] = FileFormat.Fasta, [".fna"] = FileFormat.Fasta,
        [".faa"] = FileFormat.Fasta, [".ffn"] = FileFormat.Fasta, [".frn"] = FileFormat.Fasta,
        [".smi"] = FileFormat.Smiles, [".smiles"] = FileFormat.Smiles,
        [".csv"] = FileFormat.Delimited, [".tsv"] = FileFormat.Delimited, [".tab"] = FileFormat.Delimited, [".psv"] = FileFormat.Delimited,
        [".jsonl"] = FileFormat.JsonLines, [".ndjson"] = FileFormat.JsonLines, [".json"] = FileFormat.JsonLines,
    };

    private static readonly (byte[] Start, string What)[] s_others =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive or a workbook; unpack it, or save its sheet as CSV"),
        ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59], "compressed with bzip2; unpack it, or compress it with gzip"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "compressed with xz; unpack it, or compress it with gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd; unpack it, or compress it with gzip"),
        ([0x50, 0x41, 0x52, 0x31], "a Parquet file; save it as CSV or JSON Lines"),
        ([0x25, 0x50, 0x44, 0x46, 0x2D], "a PDF; save its text"),
    ];

    public static string NameOf(FileFormat format) => format switch
    {
        FileFormat.Lines => "lines",
        FileFormat.Fasta => "FASTA",
        FileFormat.Smiles => "SMILES",
        FileFormat.Delimited => "a table",
        _ => "JSON Lines",
    };

    /// <summary>The reader of a file: of the format that is told, or else seen. It keeps texts up to the limit whole.</summary>
    /// <exception cref="CorpusException">The file is none that can be read so.</exception>
    public static SourceReader ReaderOf(SourceFile file, CorpusFileOptions options, int limit) => Of(file, options) switch
    {
        FileFormat.Fasta => new FastaReader(file, limit),
        FileFormat.Smiles => new SmilesReader(file, limit),
        FileFormat.Delimited => new DelimitedReader(file, options, limit),
        FileFormat.JsonLines => new JsonLinesReader(file, options),
        _ => new LineReader(file, limit),
    };

    private static FileFormat Of(SourceFile file, CorpusFileOptions options)
    {
        if (options.Format is FileFormat.JsonLines)
            _ = JsonHead.IsLines(file, isNamed: true);
        if (options.Format is { } format)
            return format;
        FileFormat seen = See(file);
        if (!options.AreOfTable || seen is FileFormat.Delimited or FileFormat.JsonLines)
            return seen;
        return seen == FileFormat.Lines
            ? FileFormat.Delimited
            : throw new CorpusException(
                $"'{file.Path}' is {NameOf(seen)}, which has no columns; leave out the options about columns, or set "
                + $"{nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.Format)}.");
    }

    private static FileFormat See(SourceFile file)
    {
        foreach ((byte[] start, string what) in s_others)
        {
            if (file.Head.Span.StartsWith(start))
                throw new CorpusException($"'{file.Path}' is {what}.");
        }

        bool isNamed = s_extensions.TryGetValue(file.Extension, out FileFormat named);
        if (isNamed && named != FileFormat.JsonLines)
            return named;
        if (JsonHead.IsLines(file, isNamed) || isNamed)
            return FileFormat.JsonLines;
        // Also the beginning of the last line: a sequence on one line may be longer than the head.
        ReadOnlyMemory<byte> head = file.HeadIsAll ? file.Head : file.Head[..^Utf8Text.IncompleteTail(file.Head.Span)];
        string[] lines =
        [
            .. Utf8LineReader.ReadLines(new MemoryStream(head.ToArray()), file.Path, head.Length + 1)
                .Take(LinesToSee).Select(line => line.Text),
        ];
        return FastaReader.LooksLike(lines) ? FileFormat.Fasta
            : TableHead.LooksLikeTable(file) ? FileFormat.Delimited
            : FileFormat.Lines;
    }
}
