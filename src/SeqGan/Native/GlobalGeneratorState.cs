using System.Buffers.Binary;

namespace SeqGan;

/// <summary>The bytes of libtorch's generator on the CPU: a Mersenne twister (mt19937) and the normal numbers that it holds ready.</summary>
internal static class GlobalGeneratorState
{
    public const int Length = 5056;

    private const int Words = 624;

    // 64-bit seed; 32-bit left and seeded; 64-bit next; the words as 64-bit numbers; three doubles and a 32-bit truth value, and
    // padding; a float, a truth value and padding.
    private const int LeftAt = 8, SeededAt = 12, NextAt = 16, WordsAt = 24, DoublesAt = WordsAt + Words * 8, DoubleIsReadyAt = DoublesAt + 24,
        FloatAt = DoubleIsReadyAt + 8, FloatIsReadyAt = FloatAt + 4;

    /// <summary>Checks that the generator could have the state.</summary>
    /// <exception cref="InvalidDataException">It could not; the message says why.</exception>
    public static void Check(ReadOnlySpan<byte> state)
    {
        if (state.Length != Length)
            throw Invalid($"it has {state.Length} bytes; it must have {Length}");
        int left = BinaryPrimitives.ReadInt32LittleEndian(state[LeftAt..]), seeded = BinaryPrimitives.ReadInt32LittleEndian(state[SeededAt..]);
        ulong next = BinaryPrimitives.ReadUInt64LittleEndian(state[NextAt..]);
        if (seeded != 1)
            throw Invalid($"its mark of being seeded is {seeded}; it must be 1");

        // Where they contradict each other, words beyond the last would be read.
        bool isFresh = left == 1 && next == 0;
        if (!isFresh && (left is < 1 or > Words || next > Words || left + (int)next != Words + 1))
            throw Invalid($"{left} words are left after word {next}; together they must be {Words + 1}");
        for (int word = 0; word < Words; word++)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(state[(WordsAt + word * 8)..]) is var value and > uint.MaxValue)
                throw Invalid($"word {word} is {value}; it must fit 32 bits");
        }

        CheckNormals(state);
    }

    private static void CheckNormals(ReadOnlySpan<byte> state)
    {
        int doubleIsReady = BinaryPrimitives.ReadInt32LittleEndian(state[DoubleIsReadyAt..]);
        byte floatIsReady = state[FloatIsReadyAt];
        if (doubleIsReady is not (0 or 1) || floatIsReady > 1)
            throw Invalid($"the marks of its normal numbers are {doubleIsReady} and {floatIsReady}; they must be 0 or 1");
        for (int i = 0; i < 3; i++)
        {
            if (BinaryPrimitives.ReadDoubleLittleEndian(state[(DoublesAt + i * 8)..]) is var value && !double.IsFinite(value))
                throw Invalid($"its normal number is made of {value}; it must be finite");
        }

        if (BinaryPrimitives.ReadSingleLittleEndian(state[FloatAt..]) is var next && !float.IsFinite(next))
            throw Invalid($"its normal number is {next}; it must be finite");
    }

    private static InvalidDataException Invalid(string problem) => new($"The global generator's state cannot be used: {problem}.");
}
