namespace SeqGan;

/// <summary>The same draws at every evaluation.</summary>
internal sealed class EvaluationSampling
{
    private readonly int _count;
    private readonly RandomKey _key;
    private readonly double _temperature;

    public EvaluationSampling(int count, ulong seed, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is positive and finite.");
        _count = count;
        _key = new RandomKey(seed, RandomPurpose.Evaluation);
        _temperature = temperature;
    }

    public TokenBatch Sample(IGenerator generator, CancellationToken cancellationToken) =>
        generator.Sample(_count, _key, _temperature, cancellationToken).AsBatch();
}
