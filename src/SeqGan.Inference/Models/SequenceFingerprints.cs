using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SeqGan.Models;

/// <summary>Remembers which sequences a model was trained on, without the sequences: 64 bits of a hash for each.</summary>
/// <remarks>
/// It can count copies without the training data. The hashes do not reveal the data, but anybody can ask for a sequence. A new sequence
/// counts as a training sequence with a probability of Count / 2^64. Immutable and thread-safe.
/// </remarks>
public sealed class SequenceFingerprints
{
    private readonly ulong[] _sorted;

    private SequenceFingerprints(ulong[] sorted) => _sorted = sorted;

    /// <summary>The number of distinct sequences.</summary>
    public int Count => _sorted.Length;

    /// <summary>The fingerprints of sequences, [Count, Length]; the end token counts, padding does not.</summary>
    public static SequenceFingerprints Of(TokenBatch sequences) =>
        new([.. Enumerable.Range(0, sequences.Count).Select(row => Of(sequences[row])).Order().Distinct()]);

    /// <summary>Whether a sequence, with its end token but without padding, is one of them.</summary>
    public bool Contains(ReadOnlySpan<int> sequence) => Array.BinarySearch(_sorted, Of(sequence)) >= 0;

    internal string ToBase64()
    {
        byte[] bytes = new byte[_sorted.Length * sizeof(ulong)];
        for (int i = 0; i < _sorted.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), _sorted[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="FormatException">The text is not what <see cref="ToBase64"/> writes.</exception>
    internal static SequenceFingerprints FromBase64(string text)
    {
        byte[] bytes = Convert.FromBase64String(text);
        if (bytes.Length % sizeof(ulong) != 0)
            throw new FormatException($"it has {bytes.Length} bytes, which is not a multiple of {sizeof(ulong)}.");
        ulong[] sorted = new ulong[bytes.Length / sizeof(ulong)];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)));
            if (i > 0 && sorted[i] <= sorted[i - 1])
                throw new FormatException($"number {i} is not above the one before it.");
        }

        return new SequenceFingerprints(sorted);
    }

    // Hashes little-endian ids on every machine.
    private static ulong Of(ReadOnlySpan<int> sequence)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (BitConverter.IsLittleEndian)
        {
            SHA256.HashData(MemoryMarshal.AsBytes(sequence), hash);
        }
        else
        {
            int[] swapped = new int[sequence.Length];
            BinaryPrimitives.ReverseEndianness(sequence, swapped);
            SHA256.HashData(MemoryMarshal.AsBytes<int>(swapped), hash);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
