namespace SeqGan;

/// <summary>The same draws at every evaluation.</summary>
internal sealed class EvaluationSampling
{
    private readonly int _count;
    private readonly RandomKey _key;
    private readonly double _temperature;
    private readonly LabelSet? _labels;

    /// <param name="count">How many sequences.</param>
    /// <param name="seed">Determines every draw.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="labels">The labels of the data, in whose proportions those of the sample are; null where they are not known, and all are equally frequent.</param>
    public EvaluationSampling(int count, ulong seed, double temperature, LabelSet? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is positive and finite.");
        _count = count;
        _key = new RandomKey(seed, RandomPurpose.Evaluation);
        _temperature = temperature;
        _labels = labels;
    }

    public TokenBatch Sample(IGenerator generator, CancellationToken cancellationToken) => Sample(generator, _labels, cancellationToken);

    public TokenBatch Sample(IGenerator generator, LabelSet? labels, CancellationToken cancellationToken)
    {
        labels ??= (generator.Format.LabelCount == 0 ? null : LabelSet.Numbered(generator.Format.LabelCount));
        var request = new SampleRequest
        {
            Key = _key,
            Temperature = _temperature,
            Labels = labels?.Spread(_count, _key with { Purpose = RandomPurpose.Labels }) ?? [],
        };
        return generator.Sample(_count, request, cancellationToken).AsBatch();
    }
}
