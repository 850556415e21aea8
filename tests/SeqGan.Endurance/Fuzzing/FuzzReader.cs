namespace SeqGan.Endurance.Fuzzing;

/// <summary>A reader under test: what it reads, how its inputs are mutated, and how it may refuse one. Used by one thread.</summary>
internal abstract class FuzzReader
{
    protected const string Source = "fuzz";

    public abstract string Name { get; }

    /// <summary>Valid inputs, which the library's own writers made where there are such.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Mutations that know the format.</summary>
    public abstract IReadOnlyList<Mutation> Mutations { get; }

    /// <summary>How many executions it has at a time, so that readers of different speed have the same share of the time.</summary>
    public virtual int Turn => 64;

    /// <summary>Reads an input, and uses what was read.</summary>
    /// <returns>A number for what was read: another one tells that the input is worth keeping.</returns>
    public abstract int Read(byte[] input);

    /// <summary>Whether the reader documents that it refuses inputs in this way.</summary>
    public abstract bool IsRefusal(Exception error);

    /// <summary>A coarse number for a size.</summary>
    protected static int Magnitude(long size) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)size);

    protected static void Require(bool condition, string what)
    {
        if (!condition)
            throw new BrokenPromiseException(what);
    }
}
