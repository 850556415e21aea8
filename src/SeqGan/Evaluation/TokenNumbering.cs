namespace SeqGan;

/// <summary>Numbers tokens in the order in which they first occur, so that tokenized texts can be measured without a vocabulary.</summary>
/// <remarks>Sets that are compared need one numbering. Not thread-safe.</remarks>
public sealed class TokenNumbering
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The number of different tokens so far.</summary>
    public int Count => _numbers.Count;

    /// <summary>Numbers the tokens of sequences.</summary>
    /// <param name="sequences">Tokenized texts.</param>
    /// <exception cref="ArgumentException">A sequence or a token is null.</exception>
    public TokenSequences Number(IEnumerable<IEnumerable<string>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return TokenSequences.Of(sequences.Select((sequence, index) =>
            Number(sequence ?? throw new ArgumentException($"Sequence {index} is null.", nameof(sequences)), index)));
    }

    private int[] Number(IEnumerable<string> sequence, int index) =>
    [
        .. sequence.Select(token =>
        {
            if (token is null)
                throw new ArgumentException($"Sequence {index} has a token that is null.", nameof(sequence));
            if (!_numbers.TryGetValue(token, out int number))
                _numbers.Add(token, number = _numbers.Count);
            return number;
        }),
    ];
}
