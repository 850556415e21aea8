using System.Buffers.Binary;

namespace SeqGan.Orleans;

/// <summary>
/// Sequences as bytes, little-endian: how many there are, how long a row is, how many bytes a token has (2 or 4), whether there are labels;
/// then each sequence's length, label and tokens, without padding.
/// </summary>
/// <remarks>Where both sides know how a sequence begins, that part is left out.</remarks>
internal static class PackedSequences
{
    private const int HeaderLength = 12;

    /// <summary>Packs sequences without the tokens that both sides know: so many of each.</summary>
    public static byte[] Pack(TokenBatch sequences, SequenceFormat format, ReadOnlySpan<int> known = default)
    {
        int size = 2;
        foreach (int token in sequences.Tokens.Span)
        {
            if ((uint)token > ushort.MaxValue)
                size = 4;
        }

        int tokens = sequences.TokenCount;
        foreach (int count in known)
            tokens -= count;
        bool hasLabels = format.LabelCount > 0;
        byte[] bytes = new byte[HeaderLength + (sequences.Count * (hasLabels ? 8 : 4)) + (tokens * size)];
        Span<byte> rest = bytes;
        Put(ref rest, sequences.Count);
        Put(ref rest, sequences.Length);
        Put(ref rest, size | (hasLabels ? 8 : 0));
        for (int row = 0; row < sequences.Count; row++)
        {
            Put(ref rest, sequences.LengthOf(row));
            if (hasLabels)
                Put(ref rest, sequences.Labels.Span[row]);
            foreach (int token in sequences[row][(known.IsEmpty ? 0 : known[row])..])
            {
                if (size == 4)
                {
                    Put(ref rest, token);
                    continue;
                }

                BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)token);
                rest = rest[2..];
            }
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Pack"/> wrote; what is known is not filled in.</summary>
    /// <exception cref="FormatException">A count or a length does not fit the format or the bytes.</exception>
    public static TokenBatch Unpack(ReadOnlySpan<byte> bytes, SequenceFormat format, int mostTokens, ReadOnlySpan<int> known = default)
    {
        ReadOnlySpan<byte> rest = bytes;
        int count = Take(ref rest), length = Take(ref rest), flags = Take(ref rest), size = flags & 7;
        bool hasLabels = (flags & 8) != 0;
        if (count < 0 || (long)count * (hasLabels ? 8 : 4) > rest.Length)
            throw new FormatException($"{count} sequences do not fit in {bytes.Length} bytes.");
        if (length < 0 || length > format.MaxLength)
            throw new FormatException($"Rows of {length} tokens; the format has at most {format.MaxLength}.");
        if (size is not (2 or 4) || hasLabels != format.LabelCount > 0)
            throw new FormatException($"The sequences' flags are {flags}; they do not fit the format.");
        if (!known.IsEmpty && known.Length != count)
            throw new FormatException($"There are {count} sequences; {known.Length} were asked for.");
        if ((long)count * length > mostTokens)
            throw new FormatException($"{count} sequences of {length} tokens are more than {mostTokens} tokens.");
        int[] cells = new int[count * length], lengths = new int[count], labels = new int[hasLabels ? count : 0];
        Array.Fill(cells, format.PaddingToken ?? 0);
        for (int row = 0; row < count; row++)
        {
            int tokens = Take(ref rest), first = known.IsEmpty ? 0 : known[row];
            if (tokens < first || tokens > length)
                throw new FormatException($"Sequence {row} has {tokens} tokens; it can have {first} to {length}.");
            if (hasLabels)
                labels[row] = Take(ref rest);
            if ((tokens - first) * size > rest.Length)
                throw new FormatException($"The bytes end within sequence {row}.");
            Span<int> target = cells.AsSpan(row * length, length);
            for (int position = first; position < tokens; position++)
            {
                target[position] = size == 4
                    ? BinaryPrimitives.ReadInt32LittleEndian(rest) : BinaryPrimitives.ReadUInt16LittleEndian(rest);
                rest = rest[size..];
            }

            lengths[row] = tokens;
        }

        return rest.IsEmpty
            ? new TokenBatch(cells, count, length, lengths, labels)
            : throw new FormatException($"{rest.Length} bytes follow the last sequence.");
    }

    private static void Put(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, value);
        rest = rest[4..];
    }

    private static int Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
            throw new FormatException("The bytes end too early.");
        int value = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[4..];
        return value;
    }
}
