using System.Buffers.Binary;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>Mutations that know nothing of the format.</summary>
internal static class ByteMutations
{
    private static readonly long[] s_integers =
    [
        0, 1, -1, 2, 7, 8, 16, 64, 127, 128, 255, 256, 1000, 32767, 32768, 65535, 65536, 100_000_000, int.MaxValue, 1L << 31, uint.MaxValue,
        1L << 32, 1L << 40, long.MaxValue, long.MinValue, long.MaxValue - 7,
    ];

    public static IReadOnlyList<Mutation> All { get; } =
        [FlipBit, SetByte, AddToByte, Insert, Delete, Truncate, CopyWithin, TakeOver, Cross, WriteInteger, WriteInteger, RepeatPart];

    private static byte[] FlipBit(byte[] input, byte[] other, FuzzRandom random) =>
        Change(input, random, value => (byte)(value ^ (1 << random.Below(8))));

    private static byte[] SetByte(byte[] input, byte[] other, FuzzRandom random) => Change(input, random, _ => (byte)random.Below(256));

    private static byte[] AddToByte(byte[] input, byte[] other, FuzzRandom random) =>
        Change(input, random, value => (byte)(value + random.Below(9) - 4));

    private static byte[] Insert(byte[] input, byte[] other, FuzzRandom random)
    {
        byte[] part = new byte[1 + random.Below(8)];
        Array.Fill(part, (byte)random.Below(256));
        return Splice.Insert(input, random.Below(input.Length + 1), part);
    }

    private static byte[] Delete(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Replace(input, start, length, []);
    }

    private static byte[] Truncate(byte[] input, byte[] other, FuzzRandom random) => input[..random.Below(input.Length + 1)];

    private static byte[] CopyWithin(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Insert(input, random.Below(input.Length + 1), input.AsSpan(start, length));
    }

    private static byte[] TakeOver(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(other.Length);
        (int at, int replaced) = random.Range(input.Length);
        return Splice.Replace(input, at, replaced, other.AsSpan(start, length));
    }

    private static byte[] Cross(byte[] input, byte[] other, FuzzRandom random) =>
        [.. input.AsSpan(0, random.Below(input.Length + 1)), .. other.AsSpan(random.Below(other.Length + 1))];

    private static byte[] WriteInteger(byte[] input, byte[] other, FuzzRandom random)
    {
        Span<byte> integer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(integer, random.Pick(s_integers));
        if (random.OneIn(4))
            integer.Reverse();
        int length = Math.Min(1 << random.Below(4), input.Length);
        int start = random.OneIn(2) ? random.Below(Math.Min(9, input.Length - length + 1)) : random.Below(input.Length - length + 1);
        return Splice.Replace(input, start, length, integer[..length]);
    }

    private static byte[] RepeatPart(byte[] input, byte[] other, FuzzRandom random)
    {
        (int start, int length) = random.Range(input.Length);
        return Splice.Insert(input, start, Splice.Repeat(input.AsSpan(start, Math.Min(length, 256)), 1 << random.Below(7)));
    }

    private static byte[] Change(byte[] input, FuzzRandom random, Func<byte, byte> change)
    {
        byte[] result = [.. input];
        if (result.Length == 0)
            return result;
        int position = random.Below(result.Length);
        result[position] = change(result[position]);
        return result;
    }
}
