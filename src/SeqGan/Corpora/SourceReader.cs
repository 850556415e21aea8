namespace SeqGan.Corpora;

/// <summary>Reads the sequences of one file, once.</summary>
internal abstract class SourceReader
{
    protected const string Options = nameof(CorpusFileOptions);

    /// <summary>What each text is one of.</summary>
    public virtual string Kind => FileFormats.NameOf(FileFormat.Lines);

    public abstract IEnumerable<SourceText> Read();
}

/// <summary>Text, a sequence a line.</summary>
internal sealed class LineReader(SourceFile file, int limit) : SourceReader
{
    public override IEnumerable<SourceText> Read() => Utf8LineReader.ReadLines(file.Content, file.Path, limit);
}

/// <summary>FASTA: a line with <c>&gt;</c> and a name, and the sequence on the lines after it.</summary>
internal sealed class FastaReader(SourceFile file, int limit) : SourceReader
{
    public override string Kind => FileFormats.NameOf(FileFormat.Fasta);

    /// <exception cref="CorpusException">Something is before the first name, or no name has a sequence.</exception>
    public override IEnumerable<SourceText> Read()
    {
        var letters = new StringBuilder();
        (int names, int found, int start, bool isCut) = (0, 0, 0, false);
        foreach (SourceText line in Utf8LineReader.ReadLines(file.Content, file.Path, limit))
        {
            if (IsName(line.Text))
            {
                if (names++ > 0)
                    yield return Take();
                start = line.Number;
            }
            else if (!IsComment(line.Text))
            {
                if (names == 0)
                    throw new CorpusException(
                        $"'{file.Path}', line {line.Number}: FASTA begins with '>' and a name, and this line does not; "
                        + $"correct the file, or {FileFormats.ReadAsLines}.");
                if (!isCut)
                    letters.Append(string.Concat(line.Text.Where(letter => !char.IsWhiteSpace(letter))));
                isCut |= line.IsCut || letters.Length > limit;
            }
        }

        if (names > 0)
            yield return Take();
        if (found == 0)
            throw new CorpusException(
                $"'{file.Path}' is FASTA without a sequence: there are {names} names, each on a line with '>', and nothing after them.");

        SourceText Take()
        {
            var text = new SourceText(letters.ToString(), start, isCut);
            found += letters.Length > 0 ? 1 : 0;
            letters.Clear();
            isCut = false;
            return text;
        }
    }

    /// <summary>Whether text that nobody called FASTA is: names, and lines of letters without blanks after them.</summary>
    public static bool LooksLike(IReadOnlyList<string> lines)
    {
        string[] rows = [.. lines.Where(line => !IsComment(line))];
        System.Buffers.SearchValues<char> letters =
            Array.Exists(rows, row => !IsName(row) && row.Length >= LongRow) ? s_symbols : s_residues;
        return rows.Length > 1 && IsName(rows[0]) && rows.Any(row => !IsName(row)) && Array.TrueForAll(rows, row => IsName(row)
            || row.AsSpan().Trim().IndexOfAnyExcept(letters) < 0
            || row.AsSpan().Trim().IndexOfAnyExcept(s_bases) < 0);
    }

    // No word is so long.
    private const int LongRow = 30;

    private static readonly System.Buffers.SearchValues<char> s_symbols =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*-.");

    private static readonly System.Buffers.SearchValues<char> s_residues =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ*-.");

    // In short rows, lower case is for masked bases; other letters in it are words.
    private static readonly System.Buffers.SearchValues<char> s_bases = System.Buffers.SearchValues.Create("ACGTUNacgtun*-.");

    private static bool IsName(string line) => line.StartsWith('>');

    private static bool IsComment(string line) => line.StartsWith(';') || string.IsNullOrWhiteSpace(line);
}

/// <summary>SMILES, one at the beginning of each line.</summary>
internal sealed class SmilesReader(SourceFile file, int limit) : SourceReader
{
    private bool _hasNames;

    public override string Kind => FileFormats.NameOf(FileFormat.Smiles) + (_hasNames ? " (the names after them are left out)" : "");

    public override IEnumerable<SourceText> Read()
    {
        foreach (SourceText line in Utf8LineReader.ReadLines(file.Content, file.Path, limit))
        {
            string text = line.Text.Trim();
            int end = text.AsSpan().IndexOfAny(' ', '\t');
            _hasNames |= end >= 0;
            string smiles = end < 0 ? text : text[..end];
            // No molecule is written so; it heads the column.
            if (line.Number == 1 && smiles.EndsWith("smiles", StringComparison.OrdinalIgnoreCase))
                continue;
            yield return line with { Text = smiles, IsCut = line.IsCut && end < 0 };
        }
    }
}
