using System.Buffers.Binary;

namespace SeqGan.Native;

/// <summary>libtorch's global random generator on the CPU, from which <c>nn.Dropout</c> and the weights of new modules are drawn.</summary>
/// <remarks>An invalid state would crash the process, or make it read foreign memory, so every state is checked.</remarks>
internal static class GlobalGenerator
{
    // Foreign code may draw at the same time, which changes its numbers; SeqGan's own users take this lock. Saving and restoring take it
    // too: a loan's temporary state must not be saved, and a state restored during a loan would be lost at its end. Threads may nest.
    private static readonly Lock s_gate = new();

    /// <summary>Copies the generator's state; waits while another thread borrows the generator.</summary>
    public static byte[] Save()
    {
        lock (s_gate)
        {
            using Generator generator = Generator.Default;
            using Tensor state = generator.get_state();
            return state.bytes.ToArray();
        }
    }

    /// <summary>Restores a state that <see cref="Save"/> returned in any process; waits while another thread has the generator.</summary>
    /// <exception cref="InvalidDataException">It is not a valid state; nothing was changed.</exception>
    public static void Restore(ReadOnlySpan<byte> state)
    {
        GlobalGeneratorState.Check(state);
        lock (s_gate)
        {
            using Generator generator = Generator.Default;
            using Tensor bytes = tensor(state.ToArray());
            generator.set_state(bytes);
        }
    }

    /// <summary>Seeds the generator for this thread until the result is disposed, which restores its state; other users wait.</summary>
    public static Loan Seed(ulong seed) => Lend(generator =>
    {
        // Not manual_seed, which seeds the generators of all devices.
        using var seeded = new Generator(seed, CPU);
        using Tensor state = seeded.get_state();
        generator.set_state(state);
    });

    /// <summary>
    /// Lets this thread draw until the result is disposed, which restores the state: new modules draw weights that are then overwritten,
    /// and the program's own draws must not depend on whether a network was built.
    /// </summary>
    public static Loan Keep() => Lend(_ => { });

    private static Loan Lend(Action<Generator> prepare)
    {
        s_gate.Enter();
        try
        {
            using var scope = NewDisposeScope();
            using Generator generator = Generator.Default;
            Tensor before = generator.get_state().DetachFromDisposeScope();
            prepare(generator);
            return new Loan(before);
        }
        catch
        {
            s_gate.Exit();
            throw;
        }
    }

    /// <summary>The period in which the generator belongs to one thread.</summary>
    public readonly ref struct Loan(Tensor before)
    {
        public void Dispose()
        {
            try
            {
                using Generator generator = Generator.Default;
                generator.set_state(before);
                before.Dispose();
            }
            finally
            {
                s_gate.Exit();
            }
        }
    }
}

/// <summary>The bytes of libtorch's generator on the CPU: a Mersenne twister (mt19937) and its cached normal numbers.</summary>
internal static class GlobalGeneratorState
{
    public const int Length = 5056;

    private const int Words = 624;

    // 64-bit seed; 32-bit left and seeded; 64-bit next; the words as 64-bit numbers; three doubles, a 32-bit truth value and padding; a
    // float, a truth value and padding.
    private const int LeftAt = 8, SeededAt = 12, NextAt = 16, WordsAt = 24, DoublesAt = WordsAt + Words * 8;
    private const int DoubleIsReadyAt = DoublesAt + 24, FloatAt = DoubleIsReadyAt + 8, FloatIsReadyAt = FloatAt + 4;

    /// <exception cref="InvalidDataException">The generator could not have the state; the message says why.</exception>
    public static void Check(ReadOnlySpan<byte> state)
    {
        if (state.Length != Length)
            throw Invalid($"it has {state.Length} bytes; it must have {Length}");
        int left = BinaryPrimitives.ReadInt32LittleEndian(state[LeftAt..]);
        int seeded = BinaryPrimitives.ReadInt32LittleEndian(state[SeededAt..]);
        ulong next = BinaryPrimitives.ReadUInt64LittleEndian(state[NextAt..]);
        if (seeded != 1)
            throw Invalid($"its mark of being seeded is {seeded}; it must be 1");

        // If they contradicted each other, libtorch would read beyond the last word.
        bool isFresh = left == 1 && next == 0;
        if (!isFresh && (left is < 1 or > Words || next > Words || left + (int)next != Words + 1))
            throw Invalid($"{left} words are left after word {next}; together they must be {Words + 1}");
        for (int word = 0; word < Words; word++)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(state[(WordsAt + word * 8)..]) is var value and > uint.MaxValue)
                throw Invalid($"word {word} is {value}; it must fit 32 bits");
        }

        int doubleIsReady = BinaryPrimitives.ReadInt32LittleEndian(state[DoubleIsReadyAt..]);
        byte floatIsReady = state[FloatIsReadyAt];
        if (doubleIsReady is not (0 or 1) || floatIsReady > 1)
            throw Invalid($"the marks of its normal numbers are {doubleIsReady} and {floatIsReady}; they must be 0 or 1");
        for (int i = 0; i < 3; i++)
        {
            if (BinaryPrimitives.ReadDoubleLittleEndian(state[(DoublesAt + i * 8)..]) is var value && !double.IsFinite(value))
                throw Invalid($"its normal number is made of {value}; it must be finite");
        }

        if (BinaryPrimitives.ReadSingleLittleEndian(state[FloatAt..]) is var number && !float.IsFinite(number))
            throw Invalid($"its normal number is {number}; it must be finite");
    }

    private static InvalidDataException Invalid(string problem) => new($"The global generator's state cannot be used: {problem}.");
}

/// <summary>libtorch's global generator in a checkpoint, for users' components that draw from it; SeqGan's do not.</summary>
internal sealed class GlobalGeneratorComponent : ICheckpointable
{
    public void SaveState(Stream destination) => destination.Write(GlobalGenerator.Save());

    public void RestoreState(Stream source, int version)
    {
        long length = source.Length - source.Position;
        if (length != GlobalGeneratorState.Length)
            throw new InvalidDataException($"The global generator's state has {length} bytes; it must have {GlobalGeneratorState.Length}.");
        byte[] state = new byte[length];
        source.ReadExactly(state);
        GlobalGenerator.Restore(state);
    }
}
