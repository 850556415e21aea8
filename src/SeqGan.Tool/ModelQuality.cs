namespace SeqGan.Tool;

/// <summary>What a model generates, measured against sequences that it was not trained on.</summary>
internal sealed record ModelQuality(int Count, SampleMetrics Metrics, double? NllTest)
{
    // More would hardly make the figures steadier.
    public const int MaximumReferences = 10_000;

    public static ModelQuality Of(CompiledPolicy policy, TokenBatch heldOut, int count, ulong seed, double temperature = 1,
        CancellationToken cancellationToken = default)
    {
        var sampler = new SequenceSampler(policy);
        var options = new SamplingOptions { Seed = seed, Temperature = temperature };
        TokenBatch generated = sampler.Sample(count, options, cancellationToken).AsBatch();
        return new ModelQuality(
            count,
            SampleMetrics.Measure(
                generated, policy.Format, heldOut.Count == 0 ? null : heldOut, policy.TrainingSequences,
                unknownToken: policy.Vocabulary is null ? null : Vocabulary.UnknownId, cancellationToken: cancellationToken),
            heldOut.Count == 0 ? null : SequenceMetrics.NegativeLogLikelihood(sampler, heldOut, temperature, cancellationToken));
    }

    public IReadOnlyDictionary<string, double> ToDictionary()
    {
        // As the report names it in its own columns.
        var values = new Dictionary<string, double>(Metrics.ToDictionary()) { ["sequences"] = Count };
        if (NllTest is { } nll)
            values[EvaluationMetricNames.NllTest] = nll;
        return values;
    }
}
