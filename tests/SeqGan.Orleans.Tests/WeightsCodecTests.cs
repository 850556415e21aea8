using System.Runtime.InteropServices;

namespace SeqGan.Tests;

public sealed class WeightsCodecTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    public void Decode_OfEncoded_IsTheSame(int count)
    {
        byte[] before = Weights(count, 1), after = Weights(count, 1, change: 1e-3);
        Assert.Equal(after, WeightsCodec.Decode(WeightsCodec.Encode(after, []), [], after.Length));
        Assert.Equal(after, WeightsCodec.Decode(WeightsCodec.Encode(after, before), before, after.Length));
    }

    [Fact]
    public void Encode_ASmallChange_IsSmaller()
    {
        byte[] before = Weights(100_000, 1), after = Weights(100_000, 1, change: 1e-3);
        Assert.True(WeightsCodec.Encode(after, before).Length < 0.75 * after.Length);
        Assert.True(WeightsCodec.Encode(before, before).Length < 0.01 * after.Length);
    }

    [Fact]
    public void Decode_RandomChanges_ThrowNothingElse()
    {
        byte[] encoded = WeightsCodec.Encode(Weights(300, 1), Weights(300, 1, change: 1e-3));
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] changed = [.. encoded[..random.Next(encoded.Length + 1)]];
            for (int flips = random.Next(4); flips > 0 && changed.Length > 0; flips--)
                changed[random.Next(Math.Min(changed.Length, 50))] = (byte)random.Next(256);
            try
            {
                WeightsCodec.Decode(changed, [], 1 << 20);
            }
            catch (FormatException)
            {
            }
        }
    }

    private static byte[] Weights(int count, int seed, double change = 0)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 0.2))];
        return MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (float)(value + change)).AsSpan()).ToArray();
    }
}
