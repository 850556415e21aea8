namespace SeqGan;

/// <summary>Gives each token of tokenized texts a number, so that every metric measures them: equal tokens get equal ids.</summary>
/// <remarks>
/// Texts that are compared with each other must come from one interner. Ids count from 0 in the order of first appearance. Not
/// thread-safe.
/// </remarks>
public sealed class TokenInterner
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>The number of different tokens so far.</summary>
    public int Count => _ids.Count;

    /// <summary>The batch of tokenized texts.</summary>
    /// <param name="sequences">Each text's tokens; a text may be empty.</param>
    /// <returns>[number of texts, longest text], with lengths; without end tokens. It stays as it is.</returns>
    /// <exception cref="ArgumentException">A text or a token is null; the message names which.</exception>
    public TokenBatch Intern(IEnumerable<IReadOnlyList<string>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return Pack(sequences.Select((sequence, row) => sequence is null ? throw Missing($"Sequence {row}", nameof(sequences)) : sequence.Select((token, position) => token is null ? throw Missing($"Token {position} of sequence {row}", nameof(sequences)) : Id(token)).ToArray()));
    }

    /// <summary>The batch of sequences that are ids already.</summary>
    /// <param name="sequences">Each sequence's ids; a sequence may be empty.</param>
    /// <returns>[number of sequences, longest sequence], with lengths.</returns>
    /// <exception cref="ArgumentException">A sequence is null; the message names which.</exception>
    public static TokenBatch FromIds(IEnumerable<IReadOnlyList<int>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return Pack(sequences.Select((sequence, row) => sequence is null ? throw Missing($"Sequence {row}", nameof(sequences)) : sequence.ToArray()));
    }

    private static ArgumentException Missing(string what, string parameterName) => new($"{what} is null.", parameterName);

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
