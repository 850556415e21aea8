using System.Buffers.Binary;
using System.IO.Compression;

namespace SeqGan.Orleans;

/// <summary>
/// Weights as few bytes: each 32-bit number less that of an older version where there is one, all numbers' bytes sorted by significance,
/// and compressed where that pays. Nothing is rounded.
/// </summary>
internal static class WeightsCodec
{
    private const int Planes = 4, WindowBits = 18, Quality = 1;

    /// <summary>Encodes bytes whose length is a multiple of 4; the known ones are as many, or none.</summary>
    public static byte[] Encode(byte[] bytes, byte[] known)
    {
        byte[][] planes = new byte[Planes][];
        Parallel.For(0, Planes, index => planes[index] = EncodePlane(bytes, known, index));
        using var encoded = new MemoryStream();
        Put(encoded, bytes.Length);
        foreach (byte[] plane in planes)
        {
            // Negative where the plane is as it was.
            Put(encoded, plane.Length < bytes.Length / Planes ? plane.Length : -1);
            encoded.Write(plane);
        }

        return encoded.ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> made with the same known bytes.</summary>
    /// <exception cref="FormatException">The bytes are not those of weights of at most so many bytes.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> known, int mostBytes)
    {
        int length = Take(ref encoded);
        if (length < 0 || length > mostBytes || length % Planes != 0 || (!known.IsEmpty && known.Length != length))
            throw new FormatException($"Weights of {length} bytes do not fit.");
        int count = length / Planes;
        uint[] numbers = new uint[count];
        byte[] plane = new byte[count];
        for (int index = 0; index < Planes; index++)
        {
            int size = Take(ref encoded), taken = size < 0 ? count : size;
            if (taken > encoded.Length)
                throw new FormatException("The weights end too early.");
            if (size < 0)
                encoded[..taken].CopyTo(plane);
            else if (!BrotliDecoder.TryDecompress(encoded[..taken], plane, out int written) || written != count)
                throw new FormatException("A part of the weights cannot be read.");
            encoded = encoded[taken..];
            for (int i = 0; i < count; i++)
                numbers[i] |= (uint)plane[i] << (8 * index);
        }

        if (!encoded.IsEmpty)
            throw new FormatException($"{encoded.Length} bytes follow the weights.");
        byte[] bytes = new byte[length];
        for (int i = 0; i < count; i++)
        {
            uint number = known.IsEmpty ? numbers[i] : Number(known, i) + Signed(numbers[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * Planes), number);
        }

        return bytes;
    }

    // Compressed where that makes it shorter.
    private static byte[] EncodePlane(byte[] bytes, byte[] known, int index)
    {
        byte[] plane = new byte[bytes.Length / Planes], compressed = new byte[BrotliEncoder.GetMaxCompressedLength(plane.Length)];
        for (int i = 0; i < plane.Length; i++)
            plane[i] = (byte)(Difference(Number(bytes, i), known.Length == 0 ? 0 : Number(known, i), known.Length == 0) >> (8 * index));
        bool pays = BrotliEncoder.TryCompress(plane, compressed, out int length, Quality, WindowBits) && length < plane.Length;
        return pays ? compressed[..length] : plane;
    }

    // Small differences in either direction have high bytes of 0.
    private static uint Difference(uint number, uint known, bool isWhole)
    {
        int difference = (int)(number - known);
        return isWhole ? number : (uint)((difference << 1) ^ (difference >> 31));
    }

    private static uint Signed(uint difference) => (difference >> 1) ^ (uint)-(int)(difference & 1);

    private static uint Number(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * Planes)..]);

    private static void Put(MemoryStream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[Planes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static int Take(ref ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < Planes)
            throw new FormatException("The weights end too early.");
        int value = BinaryPrimitives.ReadInt32LittleEndian(encoded);
        encoded = encoded[Planes..];
        return value;
    }
}
