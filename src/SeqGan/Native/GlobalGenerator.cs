using static TorchSharp.torch;

namespace SeqGan;

/// <summary>libtorch's global random generator on the CPU, from which <c>nn.Dropout</c> and the weights of new modules are drawn.</summary>
/// <remarks>A state that it could not have would end the process, or make it read memory of others: none gets there unchecked.</remarks>
internal static class GlobalGenerator
{
    // Others may draw meanwhile, and then their numbers are not what they were going to be; SeqGan's own users do not.
    // Held by whoever reads or sets the state, too: what a loan has put there is nobody's to save, and what is restored in it would be
    // lost at its end. One thread may nest.
    private static readonly Lock s_gate = new();

    /// <summary>Copies the generator's state; waits while another thread has borrowed the generator.</summary>
    public static byte[] Save()
    {
        lock (s_gate)
        {
            using Generator generator = Generator.Default;
            using Tensor state = generator.get_state();
            return state.bytes.ToArray();
        }
    }

    /// <summary>Puts a state back; waits while another thread has borrowed the generator.</summary>
    /// <param name="state">What <see cref="Save"/> gave, of this process or of another.</param>
    /// <exception cref="InvalidDataException">It is no state of the generator; nothing was changed.</exception>
    public static void Restore(ReadOnlySpan<byte> state)
    {
        int length = Save().Length;
        if (state.Length != length)
            throw new InvalidDataException($"The global generator's state has {state.Length} bytes; it must have {length}.");
        GlobalGeneratorState.Check(state);
        lock (s_gate)
        {
            using Generator generator = Generator.Default;
            using Tensor bytes = tensor(state.ToArray());
            generator.set_state(bytes);
        }
    }

    /// <summary>Seeds the generator for what one thread does until the result is disposed; others who ask wait so long.</summary>
    /// <param name="seed">Determines all numbers.</param>
    /// <returns>Puts the generator's state back.</returns>
    public static Loan Seed(ulong seed) => Lend(generator =>
    {
        // Not manual_seed, which seeds the generators of all devices.
        using var seeded = new Generator(seed, CPU);
        using Tensor state = seeded.get_state();
        generator.set_state(state);
    });

    /// <summary>
    /// Lets one thread draw until the result is disposed, as if it never had: new modules draw weights that are then overwritten, and what
    /// a program draws itself must not depend on whether it has built a network in between.
    /// </summary>
    /// <returns>Puts the generator's state back.</returns>
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

    /// <summary>The time in which the generator belongs to one thread.</summary>
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
