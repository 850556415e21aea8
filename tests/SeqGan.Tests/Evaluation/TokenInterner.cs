namespace SeqGan.Tests;

/// <summary>Numbers the tokens of texts, so that metrics can measure them.</summary>
internal sealed class TokenInterner
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public TokenBatch Intern(IEnumerable<IReadOnlyList<string>> sequences) =>
        Pack(sequences.Select(sequence => sequence.Select(Id).ToArray()));

    public static TokenBatch FromIds(IEnumerable<IReadOnlyList<int>> sequences) => Pack(sequences.Select(sequence => sequence.ToArray()));

    private static TokenBatch Pack(IEnumerable<int[]> sequences)
    {
        int[][] rows = [.. sequences];
        int length = rows.Length == 0 ? 0 : rows.Max(row => row.Length);
        int[] tokens = new int[checked(rows.Length * length)];
        for (int row = 0; row < rows.Length; row++)
            rows[row].CopyTo(tokens, row * length);
        return new TokenBatch(tokens, rows.Length, length, rows.Select(row => row.Length).ToArray());
    }

    private int Id(string token)
    {
        if (!_ids.TryGetValue(token, out int id))
            _ids.Add(token, id = _ids.Count);
        return id;
    }
}
