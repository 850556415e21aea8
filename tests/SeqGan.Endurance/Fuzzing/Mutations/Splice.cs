namespace SeqGan.Endurance.Fuzzing;

/// <summary>Replaces a part of an input.</summary>
internal static class Splice
{
    public static byte[] Replace(ReadOnlySpan<byte> input, int start, int length, ReadOnlySpan<byte> part)
    {
        byte[] result = new byte[input.Length - length + part.Length];
        input[..start].CopyTo(result);
        part.CopyTo(result.AsSpan(start));
        input[(start + length)..].CopyTo(result.AsSpan(start + part.Length));
        return result;
    }

    public static byte[] Insert(ReadOnlySpan<byte> input, int position, ReadOnlySpan<byte> part) => Replace(input, position, 0, part);

    /// <summary>A part, so many times in a row.</summary>
    public static byte[] Repeat(ReadOnlySpan<byte> part, int times)
    {
        byte[] result = new byte[part.Length * times];
        for (int i = 0; i < times; i++)
            part.CopyTo(result.AsSpan(i * part.Length));
        return result;
    }
}
