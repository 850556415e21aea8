using System.Numerics;

namespace SeqGan.Generation;

/// <summary>
/// Variational dropout (Gal, Ghahramani: "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", NIPS 2016): which
/// units of the embeddings (site 0) and of the outputs of layers or, in a Transformer, of branches (sites 1, 2, ...) a sequence keeps, the
/// same at all its positions. What is kept is scaled up, so that means stay.
/// </summary>
internal sealed class DropoutMasks
{
    private readonly int[] _sizes;
    private readonly float[][] _factors;

    private DropoutMasks(int[] sizes, float[][] factors) => (_sizes, _factors) = (sizes, factors);

    /// <summary>The masks of a batch.</summary>
    public static DropoutMasks Draw(SequenceNetwork network, int rows, double rate, RandomKey key)
    {
        int[] sizes = [.. network.DropoutSizes];
        return new DropoutMasks(sizes, [.. sizes.Select((size, site) => Draw(site, rows, size, rate, key))]);
    }

    // Two units for the bits of one draw, and rows on threads: drawing is a noticeable part of a small network's step.
    private static float[] Draw(int site, int rows, int size, double rate, RandomKey key)
    {
        float kept = (float)(1 / (1 - rate));
        uint threshold = (uint)Math.Round(rate * (1 << 16));
        float[] factors = new float[rows * size];
        Workload.Run(rows, factors.Length > 1 << 12, row =>
        {
            Span<float> units = factors.AsSpan(row * size, size);
            for (int unit = 0; unit < size; unit += 2)
            {
                uint bits = key.NextBits(row, site, unit / 2);
                units[unit] = (bits & 0xFFFF) < threshold ? 0 : kept;
                if (unit + 1 < size)
                    units[unit + 1] = bits >> 16 < threshold ? 0 : kept;
            }
        });

        return factors;
    }

    /// <summary>The factors of a sequence's units at a site.</summary>
    public ReadOnlySpan<float> Of(int site, int row) => _factors[site].AsSpan(row * _sizes[site], _sizes[site]);

    /// <summary>The factors at a site, [rows, 1, size].</summary>
    public Tensor AsTensor(int site, Device device) =>
        tensor(_factors[site], [_factors[site].Length / _sizes[site], 1, _sizes[site]], device: device);

    /// <summary>Products, element by element, and 0 where there is no factor; the destination may be the values.</summary>
    public static void Multiply(ReadOnlySpan<float> values, ReadOnlySpan<float> factors, Span<float> destination)
    {
        int i = 0;
        for (; i <= factors.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(values[i..]) * new Vector<float>(factors[i..])).CopyTo(destination[i..]);
        for (; i < factors.Length; i++)
            destination[i] = values[i] * factors[i];
        destination[i..].Clear();
    }
}
