namespace SeqGan.Tool;

/// <summary>Decides which generated sequences are wanted, and counts the others by the reason.</summary>
/// <param name="unique">Leaves out texts that came before.</param>
/// <param name="known">Leaves these sequences out; null leaves none out.</param>
/// <param name="ended">Leaves out what was cut off.</param>
/// <param name="format">The format of the sequences.</param>
internal sealed class GeneratedFilter(bool unique, SequenceFingerprints? known, bool ended, SequenceFormat format)
{
    /// <summary>So many unwanted sequences in a row are the end: what is wanted is too rare.</summary>
    public const int MostInARow = 10_000;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private long _repetitions, _copies, _endless;
    private int _inARow;

    /// <summary>Whether it may leave something out.</summary>
    public bool IsActive => unique || ended || known is not null;

    /// <summary>Whether too many in a row were unwanted.</summary>
    public bool IsExhausted => _inARow >= MostInARow;

    /// <summary>Whether a sequence, without padding, is wanted.</summary>
    public bool Takes(ReadOnlySpan<int> sequence, string text)
    {
        bool endless = ended && !format.HasEnded(sequence);
        bool copy = !endless && IsKnown(sequence);
        bool repetition = unique && !endless && !copy && !_texts.Add(text);
        _endless += endless ? 1 : 0;
        _copies += copy ? 1 : 0;
        _repetitions += repetition ? 1 : 0;
        bool isWanted = !endless && !copy && !repetition;
        _inARow = isWanted ? 0 : _inARow + 1;
        return isWanted;
    }

    /// <summary>What was left out.</summary>
    public override string ToString()
    {
        (long Count, string What)[] reasons =
            [(_repetitions, "repetitions"), (_copies, "copies of training sequences"), (_endless, "without an end")];
        return string.Join(", ", reasons.Where(reason => reason.Count > 0).Select(reason => $"{reason.Count} {reason.What}"));
    }

    // What was cut off reads like the training sequence that ended there.
    private bool IsKnown(ReadOnlySpan<int> sequence) => known is not null
        && (known.Contains(sequence)
            || (format.EndToken is { } end && !format.HasEnded(sequence) && known.Contains((int[])[.. sequence, end])));
}
