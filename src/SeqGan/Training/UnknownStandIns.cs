namespace SeqGan.Training;

/// <summary>
/// Rare tokens of the training sequences that stand in for the unknown token now and then while a generator learns by maximum likelihood,
/// so that it learns where and how often tokens that it does not know occur.
/// </summary>
/// <remarks>
/// In an epoch as many tokens become unknown, on average, as occur once in the training sequences, less the unknown tokens that are there
/// already: the share of occurrences that are the only ones estimates the share of new text that was never seen (Good 1953). They are drawn
/// from the rarest tokens, which occur at most five times, and at most every second one is: a generator must still learn to generate them.
/// If there are too few, fewer stand in; if no token occurs once, none does.
/// </remarks>
internal sealed class UnknownStandIns
{
    private const double MostOften = 0.5;
    private const int MostOccurrences = 5;

    private readonly bool[] _isRare;
    private readonly int _unknown;

    private UnknownStandIns(bool[] isRare, int unknown, double probability) =>
        (_isRare, _unknown, Probability) = (isRare, unknown, probability);

    /// <summary>How likely an occurrence of a rare token is to become unknown, in (0, 0.5].</summary>
    public double Probability { get; }

    /// <summary>Finds the rare tokens of sequences; null where there are none, or no unknown token.</summary>
    public static UnknownStandIns? Of(TokenBatch sequences, SequenceFormat format)
    {
        if (format.UnknownToken is not { } unknown)
            return null;
        long[] counts = new long[format.VocabularySize];
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (int token in sequences[row])
                counts[token]++;
        }

        long wanted = -counts[unknown];
        counts[unknown] = 0;
        if (format.EndToken is { } end)
            counts[end] = 0;
        wanted += counts.Count(count => count == 1);
        return wanted > 0 ? Of(counts, unknown, wanted) : null;
    }

    /// <summary>Makes some rare tokens of a sequence unknown; the row is the sequence's number in the key.</summary>
    public void Replace(Span<int> sequence, RandomKey key, int row)
    {
        for (int position = 0; position < sequence.Length; position++)
        {
            if (_isRare[sequence[position]] && key.NextUniform(row, 0, position) < Probability)
                sequence[position] = _unknown;
        }
    }

    // The rarest tokens, those of equal counts together, until there are enough.
    private static UnknownStandIns Of(long[] counts, int unknown, long wanted)
    {
        (long occurrences, long most) = (0, 0);
        foreach (long count in counts.Where(count => count is > 0 and <= MostOccurrences).Order())
        {
            if (count > most && occurrences * MostOften >= wanted)
                break;
            (occurrences, most) = (occurrences + count, count);
        }

        return new UnknownStandIns(
            Array.ConvertAll(counts, count => count > 0 && count <= most), unknown, Math.Min(MostOften, (double)wanted / occurrences));
    }
}
