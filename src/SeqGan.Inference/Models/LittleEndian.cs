namespace SeqGan;

/// <summary>Numbers in files: little-endian on every machine.</summary>
internal static class LittleEndian
{
    /// <summary>Writes numbers as they lie in this machine's memory.</summary>
    /// <param name="stream">Receives them.</param>
    /// <param name="numbers">Their bytes.</param>
    /// <param name="size">The bytes of one.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> numbers, int size)
    {
        if (BitConverter.IsLittleEndian || size == 1)
        {
            stream.Write(numbers);
            return;
        }

        byte[] turned = numbers.ToArray();
        Turn(turned, size);
        stream.Write(turned);
    }

    /// <summary>Reads numbers to memory.</summary>
    /// <param name="stream">Gives them.</param>
    /// <param name="numbers">Receives them as this machine's memory holds them.</param>
    /// <param name="size">The bytes of one.</param>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Read(Stream stream, Span<byte> numbers, int size)
    {
        stream.ReadExactly(numbers);
        if (!BitConverter.IsLittleEndian && size > 1)
            Turn(numbers, size);
    }

    private static void Turn(Span<byte> numbers, int size)
    {
        for (; numbers.Length > 0; numbers = numbers[size..])
            numbers[..size].Reverse();
    }
}
