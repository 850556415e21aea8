namespace SeqGan;

/// <summary>
/// A counter-based source of random numbers: each draw is a function of the key and of (row, sample, position), so it does not depend on
/// the order of draws, on threads or on how work is cut into chunks. The row is usually a sequence of a batch, the sample one of its
/// completions, and the position a token.
/// </summary>
/// <remarks>
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011). The seed and the purpose make the
/// 64-bit key; the 128-bit counter is (position, sample, row, step). A key is immutable and thread-safe.
/// </remarks>
/// <param name="Seed">The run's seed; any value.</param>
/// <param name="Purpose">What the numbers are for.</param>
/// <param name="Step">Which use of this purpose: a training step, an epoch, a call.</param>
public readonly record struct RandomKey(ulong Seed, RandomPurpose Purpose, uint Step = 0)
{
    /// <summary>32 random bits.</summary>
    public uint NextBits(int row, int sample = 0, int position = 0) => Philox(row, sample, position).First;

    /// <summary>A uniform number in [0, 1), a multiple of 2^-23, so that its product with a positive total stays below the total.</summary>
    public float NextUniform(int row, int sample = 0, int position = 0) => (NextBits(row, sample, position) >> 9) * (1f / (1 << 23));

    /// <summary>A number from the standard normal distribution (Box-Muller).</summary>
    public double NextNormal(int row, int sample = 0, int position = 0)
    {
        (uint first, uint second) = Philox(row, sample, position);
        double radius = Math.Sqrt(-2 * Math.Log((first + 1.0) / 4294967296.0));
        return radius * Math.Cos(2 * Math.PI * (second / 4294967296.0));
    }

    /// <summary>The integers in [0, <paramref name="count"/>) in random order; the count is at least 0.</summary>
    public int[] NextPermutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = (int)((ulong)NextBits(i) * (ulong)(i + 1) >> 32);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    private (uint First, uint Second) Philox(int row, int sample, int position)
    {
        ulong key = Mix(Mix(Seed) ^ (ulong)Purpose);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        uint c0 = (uint)position, c1 = (uint)sample, c2 = (uint)row, c3 = Step;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1);
    }

    // The finalizer of SplitMix64: neighbouring seeds give unrelated keys.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
