namespace SeqGan;

/// <summary>
/// The memory of a batch of sequences; <see cref="IGenerator.Sample"/> and <see cref="IRollout.CompleteAsync"/> write to it.
/// </summary>
/// <remarks>Not thread-safe, but threads may write different rows. <see cref="Reset"/> reuses the memory and allocates nothing.</remarks>
public sealed class SequenceBuffer
{
    private int[] _tokens = [], _lengths = [], _labels = [];

    /// <summary>Creates a buffer of empty sequences; a row has <see cref="SequenceFormat.MaxLength"/> columns.</summary>
    public SequenceBuffer(SequenceFormat format, int count = 0)
    {
        ArgumentNullException.ThrowIfNull(format);
        Format = format;
        Reset(count);
    }

    /// <summary>The sequences' format.</summary>
    public SequenceFormat Format { get; }

    /// <summary>The number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>The number of columns of a row: the format's maximum length.</summary>
    public int Length => Format.MaxLength;

    /// <summary>Resizes to <paramref name="count"/> empty sequences: all padding, with label 0 if the format has labels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more tokens than an array can hold.</exception>
    public void Reset(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int most = Array.MaxLength / Length;
        if (count > most)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"With {Length} columns a buffer holds at most {most} sequences.");
        if (_lengths.Length < count)
        {
            _tokens = new int[count * Length];
            _lengths = new int[count];
            _labels = new int[Format.LabelCount > 0 ? count : 0];
        }

        Count = count;
        _tokens.AsSpan(0, count * Length).Fill(Format.PaddingToken ?? 0);
        _lengths.AsSpan(0, count).Clear();
        _labels.AsSpan(0, Math.Min(count, _labels.Length)).Clear();
    }

    /// <summary>Writes one sequence of at most <see cref="Length"/> tokens; the rest of its row becomes padding.</summary>
    /// <exception cref="ArgumentException">The sequence is longer than a row.</exception>
    public void Set(int row, ReadOnlySpan<int> sequence)
    {
        Span<int> destination = Row(row);
        if (sequence.Length > Length)
            throw new ArgumentException($"A sequence of {sequence.Length} tokens does not fit a row of {Length}.", nameof(sequence));
        sequence.CopyTo(destination);
        destination[sequence.Length..].Fill(Format.PaddingToken ?? 0);
        _lengths[row] = sequence.Length;
    }

    /// <summary>A whole row to write to. Pad it after its sequence yourself, and set its length with <see cref="SetLength"/>.</summary>
    public Span<int> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _tokens.AsSpan(row * Length, Length);
    }

    /// <summary>Sets a sequence's number of tokens, in [0, <see cref="Length"/>]. It does not pad: other cells keep their values.</summary>
    public void SetLength(int row, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        _lengths[row] = length;
    }

    /// <summary>The number of tokens of one sequence, without padding.</summary>
    public int LengthOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _lengths[row];
    }

    /// <summary>The labels, [<see cref="Count"/>], to read and write; empty without labels. Valid until <see cref="Reset"/>.</summary>
    public Span<int> Labels => _labels.AsSpan(0, Format.LabelCount > 0 ? Count : 0);

    /// <summary>A view of the sequences, valid until the next <see cref="Reset"/>.</summary>
    public TokenBatch AsBatch() =>
        new(_tokens, Count, Length, _lengths.AsMemory(0, Count), _labels.AsMemory(0, Format.LabelCount > 0 ? Count : 0));
}
