namespace SeqGan.Discrimination;

/// <summary>Draws a discriminator's weights from a seed, as the published code does.</summary>
internal sealed class DiscriminatorWeights(ulong seed)
{
    private readonly RandomKey _key = new(seed, RandomPurpose.Initialization, Step: 1);
    private int _tensor;

    public void Uniform(Tensor weight, double bound) =>
        Fill(weight, (row, element) => (float)(bound * (2 * _key.NextUniform(row, 0, element) - 1)));

    /// <summary>N(0, deviation²), drawn again beyond two deviations.</summary>
    public void TruncatedNormal(Tensor weight, double deviation) => Fill(weight, (row, element) =>
    {
        for (int attempt = 0; ; attempt++)
        {
            double value = _key.NextNormal(row, attempt, element);
            if (Math.Abs(value) <= 2)
                return (float)(deviation * value);
        }
    });

    /// <summary>Uniform in ±sqrt(6 / (inputs + outputs)) (Glorot, Bengio 2010).</summary>
    public void Glorot(Tensor weight) => Uniform(weight, Math.Sqrt(6.0 / (weight.shape[0] + weight.shape[1])));

    public static void Constant(Tensor weight, double value)
    {
        using var noGrad = no_grad();
        using Scalar filling = value;
        weight.fill_(filling);
    }

    private void Fill(Tensor weight, Func<int, int, float> draw)
    {
        int row = _tensor++;
        float[] values = new float[weight.numel()];
        Parallel.For(0, values.Length, element => values[element] = draw(row, element));
        using var noGrad = no_grad();
        using Tensor source = tensor(values, weight.shape);
        weight.copy_(source);
    }
}
