using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public sealed class RandomKeyTests
{
    // The known answers of Philox4x32-10 by its authors: counter, key, first two words.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627E8D5u, 0xE169C58Du)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFFFFFFFFFul, 0x408F276Du, 0x41C83B0Eu)]
    [InlineData(0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0x299F31D0A4093822ul, 0xD16CFE09u, 0x94FDCCEBu)]
    public void NextBits_KnownCounterAndKey_GivesThePublishedWords(
        uint c0, uint c1, uint c2, uint c3, ulong philoxKey, uint first, uint second)
    {
        const RandomPurpose Purpose = RandomPurpose.Rollout;
        ulong seed = Unmix(Unmix(philoxKey) ^ (ulong)Purpose);
        var key = new RandomKey(seed, Purpose, c3);
        int row = unchecked((int)c2), sample = unchecked((int)c1), position = unchecked((int)c0);

        Assert.Equal(first, key.NextBits(row, sample, position));
        double radius = Math.Sqrt(-2 * Math.Log((first + 1.0) / Math.Pow(2, 32)));
        Assert.Equal(radius * Math.Cos(2 * Math.PI * second / Math.Pow(2, 32)), key.NextNormal(row, sample, position), 12);
    }

    [Theory]
    [InlineData("row")]
    [InlineData("sample")]
    [InlineData("position")]
    [InlineData("step")]
    [InlineData("seed")]
    [InlineData("purpose")]
    public void NextUniform_OneCoordinateVaries_IsUniformAndIndependent(string coordinate)
    {
        const int Count = 64_000, Bins = 64;
        float[] draws = [.. Enumerable.Range(0, Count).Select(i => coordinate switch
        {
            "row" => new RandomKey(3, RandomPurpose.Sampling).NextUniform(i),
            "sample" => new RandomKey(3, RandomPurpose.Sampling).NextUniform(5, i),
            "position" => new RandomKey(3, RandomPurpose.Sampling).NextUniform(5, 6, i),
            "step" => new RandomKey(3, RandomPurpose.Sampling, (uint)i).NextUniform(5, 6, 7),
            "seed" => new RandomKey((ulong)i, RandomPurpose.Sampling).NextUniform(5, 6, 7),
            _ => new RandomKey(3, RandomPurpose.User + i).NextUniform(5, 6, 7),
        })];

        Assert.All(draws, draw => Assert.InRange(draw, 0f, MathF.BitDecrement(1f)));
        Assert.True(ChiSquare(draws.Select(draw => (int)(draw * Bins)), Bins, Count) < 63 + (5 * Math.Sqrt(2 * 63)));

        // Pairs of neighbours fill the square as evenly.
        Assert.True(ChiSquare(draws.Chunk(2).Select(pair => ((int)(pair[0] * 8) * 8) + (int)(pair[1] * 8)), Bins, Count / 2) < 63
            + (5 * Math.Sqrt(2 * 63)));
    }

    [Fact]
    public void NextUniform_SwappedCoordinates_GivesOtherNumbers()
    {
        var key = new RandomKey(1, RandomPurpose.Sampling, 4);
        uint[] draws =
        [
            key.NextBits(1, 2, 3), key.NextBits(1, 3, 2), key.NextBits(2, 1, 3), key.NextBits(2, 3, 1), key.NextBits(3, 1, 2),
            key.NextBits(3, 2, 1),
        ];
        Assert.Equal(6, draws.Distinct().Count());
    }

    [Fact]
    public void NextUniform_LargestDraw_StaysBelowAnyTotal()
    {
        // The largest multiple of 2^-23 below 1.
        const float Largest = 1 - (1f / (1 << 23));
        Gen.Single[float.Epsilon, float.MaxValue].Where(total => float.IsNormal(total)).Sample(total => Largest * total < total);
    }

    [Fact]
    public void NextNormal_ManyDraws_HaveMeanZeroAndVarianceOne()
    {
        const int Count = 100_000;
        var key = new RandomKey(11, RandomPurpose.Initialization);
        double[] draws = [.. Enumerable.Range(0, Count).Select(i => key.NextNormal(0, 0, i))];
        double mean = draws.Average();
        Assert.InRange(mean, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
        Assert.InRange(draws.Sum(draw => draw * draw) / Count, 1 - (5 * Math.Sqrt(2.0 / Count)), 1 + (5 * Math.Sqrt(2.0 / Count)));
        Assert.InRange(draws.Count(draw => Math.Abs(draw) > 1.959964) / (double)Count, 0.0465, 0.0535);
        Assert.All(draws, draw => Assert.True(double.IsFinite(draw)));
    }

    [Fact]
    public void NextPermutation_AnyCount_HoldsEachNumberOnce() => Gen.Select(Gen.Int[0, 300], Gen.ULong).Sample(
        (count, seed) => new RandomKey(seed, RandomPurpose.Shuffling).NextPermutation(count).Order()
            .SequenceEqual(Enumerable.Range(0, count)));

    [Fact]
    public void NextPermutation_ManySeeds_GivesEachOrderEquallyOften()
    {
        const int Count = 24_000;
        IEnumerable<int> orders = Enumerable.Range(0, Count).Select(seed =>
        {
            int[] order = new RandomKey((ulong)seed, RandomPurpose.Shuffling).NextPermutation(4);
            return (order[0] * 64) + (order[1] * 16) + (order[2] * 4) + order[3];
        });
        int[] counts = [.. orders.CountBy(order => order).Select(pair => pair.Value)];
        Assert.Equal(24, counts.Length);
        Assert.True(counts.Sum(count => Math.Pow(count - 1000, 2) / 1000) < 23 + (5 * Math.Sqrt(2 * 23)));
    }

    [Fact]
    public void NextPermutation_NegativeCount_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomKey(1, RandomPurpose.Shuffling).NextPermutation(-1));

    private static double ChiSquare(IEnumerable<int> bins, int binCount, int total)
    {
        int[] counts = new int[binCount];
        foreach (int bin in bins)
            counts[bin]++;
        double expected = (double)total / binCount;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    // The inverse of the mixing of seed and purpose, so that a known Philox key can be reached through a seed.
    private static ulong Unmix(ulong value)
    {
        value ^= (value >> 31) ^ (value >> 62);
        value *= Inverse(0x94D049BB133111EB);
        value ^= (value >> 27) ^ (value >> 54);
        value *= Inverse(0xBF58476D1CE4E5B9);
        value ^= (value >> 30) ^ (value >> 60);
        return value - 0x9E3779B97F4A7C15;
    }

    private static ulong Inverse(ulong odd)
    {
        // Newton's iteration doubles the number of correct bits.
        ulong inverse = odd;
        for (int i = 0; i < 5; i++)
            inverse *= 2 - (odd * inverse);
        return inverse;
    }
}
