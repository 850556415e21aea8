namespace SeqGan.Endurance.Fuzzing;

/// <summary>Random numbers of a seed (SplitMix64), fast enough to draw several for each execution.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>In [0, <paramref name="bound"/>); 0 where the bound is 0.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public bool OneIn(int times) => Below(times) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Mostly small, at times up to the bound.</summary>
    public int SmallBelow(int bound) => Below(Math.Min(bound, 1 << (1 + Below(16))));

    /// <summary>A range within a length, mostly short.</summary>
    public (int Start, int Length) Range(int length)
    {
        int start = Below(length + 1);
        return (start, SmallBelow(length - start + 1));
    }
}
