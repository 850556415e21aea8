using System.Buffers.Binary;
using System.IO.Compression;

namespace SeqGan.Orleans;

/// <summary>
/// Weights as few bytes: the difference from an older version where there is one, its numbers' bytes sorted by significance, and compressed
/// where that pays. Nothing is rounded.
/// </summary>
internal static class WeightsCodec
{
    private const int Planes = 4, HeaderLength = 4, PlaneHeaderLength = 4;

    /// <summary>Encodes bytes whose length is a multiple of 4, as the base's is; the base is as long, or absent.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> known)
    {
        int count = bytes.Length / Planes;
        byte[] plane = new byte[count];
        using var encoded = new MemoryStream();
        Span<byte> number = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
        encoded.Write(number);
        for (int index = 0; index < Planes; index++)
        {
            for (int i = 0; i < count; i++)
                plane[i] = known.IsEmpty ? bytes[(i * Planes) + index] : (byte)(bytes[(i * Planes) + index] ^ known[(i * Planes) + index]);
            using var compressed = new MemoryStream();
            using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                deflate.Write(plane);
            bool pays = compressed.Length < plane.Length * 0.95;
            // Negative where the plane is as it was.
            BinaryPrimitives.WriteInt32LittleEndian(number, pays ? (int)compressed.Length : -1);
            encoded.Write(number);
            encoded.Write(pays ? compressed.GetBuffer().AsSpan(0, (int)compressed.Length) : plane);
        }

        return encoded.ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> made with the same base.</summary>
    /// <exception cref="FormatException">The bytes are not those of weights of at most so many bytes.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> known, int mostBytes)
    {
        int length = Take(ref encoded);
        if (length < 0 || length > mostBytes || length % Planes != 0 || (!known.IsEmpty && known.Length != length))
            throw new FormatException($"Weights of {length} bytes: they do not fit.");
        byte[] bytes = new byte[length], plane = new byte[length / Planes];
        for (int index = 0; index < Planes; index++)
        {
            int size = Take(ref encoded), taken = size < 0 ? plane.Length : size;
            if (taken > encoded.Length)
                throw new FormatException("The weights end too early.");
            if (size < 0)
                encoded[..taken].CopyTo(plane);
            else
                Inflate(encoded[..taken], plane);
            encoded = encoded[taken..];
            for (int i = 0; i < plane.Length; i++)
                bytes[(i * Planes) + index] = known.IsEmpty ? plane[i] : (byte)(plane[i] ^ known[(i * Planes) + index]);
        }

        return encoded.IsEmpty ? bytes : throw new FormatException($"{encoded.Length} bytes follow the weights.");
    }

    private static void Inflate(ReadOnlySpan<byte> compressed, byte[] plane)
    {
        using var stream = new DeflateStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        try
        {
            stream.ReadExactly(plane);
            if (stream.ReadByte() >= 0)
                throw new FormatException("A part of the weights is longer than it says.");
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"A part of the weights cannot be read: {error.Message}", error);
        }
    }

    private static int Take(ref ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < HeaderLength)
            throw new FormatException("The weights end too early.");
        int value = BinaryPrimitives.ReadInt32LittleEndian(encoded);
        encoded = encoded[PlaneHeaderLength..];
        return value;
    }
}
