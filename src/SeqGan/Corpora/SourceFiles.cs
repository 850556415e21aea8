namespace SeqGan.Corpora;

/// <summary>Reads the sequences of files, each as what it is, and says what it was.</summary>
/// <param name="files">What opens each file.</param>
/// <param name="name">How messages name them together.</param>
/// <param name="options">They are valid.</param>
/// <param name="limit">The longest text that is kept whole.</param>
/// <param name="cancellationToken">Ends the reading between two rows, also while they are joined.</param>
internal sealed class SourceFiles(IReadOnlyList<Func<SourceFile>> files, string name, CorpusFileOptions options, int limit,
    CancellationToken cancellationToken)
{
    private readonly List<string> _descriptions = [];

    /// <summary>What each file was, as far as they have been read.</summary>
    public IReadOnlyList<string> Descriptions => _descriptions;

    /// <exception cref="CorpusException">A file is none that can be read so, or a record is invalid and is not skipped.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public IEnumerable<SourceText> Read()
    {
        IEnumerable<SourceText> texts = files.SelectMany(ReadFile);
        return options.GroupBy is null ? texts : Join(texts);
    }

    public static string Counted(int count, string unit) => $"{count} {unit}{(count == 1 ? "" : "s")}";

    private IEnumerable<SourceText> Join(IEnumerable<SourceText> rows)
    {
        var groups = new RowGroups(options, name);
        foreach (SourceText text in groups.Join(rows))
            yield return text;
        _descriptions.Add(groups.Description);
    }

    private IEnumerable<SourceText> ReadFile(Func<SourceFile> open)
    {
        using SourceFile file = open();
        SourceReader reader = FileFormats.ReaderOf(file, options, limit);
        int count = 0;
        foreach (SourceText text in reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            count += text.Failure is null && (text.Tokens is not null || !string.IsNullOrWhiteSpace(text.Text)) ? 1 : 0;
            // A line's number means nothing without its file.
            yield return files.Count == 1 ? text
                : text with { Number = 0, Failure = text.Failure is { } failure ? $"'{file.Path}', {failure}" : null };
        }

        string counted = Counted(count, options.GroupBy is null ? "sequence" : "row");
        _descriptions.Add($"{Path.GetFileName(file.Path)}: {reader.Kind}{(file.IsPacked ? ", gzip" : "")}, {counted}");
    }
}
