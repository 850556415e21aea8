namespace SeqGan.Sampling;

/// <summary>Keeps samples for people within the limit that a format sets to a sequence without its end token.</summary>
internal static class SampleLimit
{
    /// <summary>A sequence of a format; without its last token if that only says that the sequence goes on after the limit.</summary>
    public static ReadOnlySpan<int> Limit(this SequenceFormat format, ReadOnlySpan<int> sequence) =>
        sequence.Length > format.MaxLengthWithoutEnd && !format.HasEnded(sequence) ? sequence[..format.MaxLengthWithoutEnd] : sequence;

    /// <summary>Checks that people's tokens are the beginning of a sequence within the limit, or all of one.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void ThrowIfInvalidBeginning(this SequenceFormat format, ReadOnlySpan<int> prefix, string parameterName)
    {
        int most = format.MaxLengthWithoutEnd;
        if (prefix.Length > most && !(prefix.Length == format.MaxLength && format.HasEnded(prefix)))
        {
            string end = format.EndToken is null ? "" : " and its end token";
            throw new ArgumentException($"The prefix has {prefix.Length} tokens; a sequence has at most {most}{end}.", parameterName);
        }

        format.ThrowIfInvalidPrefix(prefix, parameterName);
    }

    /// <summary>Limits each row of a buffer.</summary>
    public static void LimitRows(this SequenceBuffer buffer)
    {
        SequenceFormat format = buffer.Format;
        for (int row = 0; row < buffer.Count; row++)
        {
            Span<int> tokens = buffer.Row(row);
            int length = buffer.LengthOf(row), kept = format.Limit(tokens[..length]).Length;
            tokens[kept..length].Fill(format.PaddingToken ?? 0);
            buffer.SetLength(row, kept);
        }
    }
}
