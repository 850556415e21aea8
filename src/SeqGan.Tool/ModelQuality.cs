namespace SeqGan.Tool;

/// <summary>
/// What a model generates, measured against sequences that it was not trained on; their likelihood with and without unknown tokens, null
/// where there are none.
/// </summary>
internal sealed record ModelQuality(int Count, SampleMetrics Metrics, double? NllTest, double? NllTestKnown,
    RefinementMetrics? Refinement = null)
{
    // More would hardly make the figures steadier.
    public const int MaximumReferences = 10_000;

    public static ModelQuality Of(CompiledPolicy policy, TokenBatch heldOut, int count, ulong seed, double temperature = 1,
        int? refine = null, CancellationToken cancellationToken = default)
    {
        var sampler = new SequenceSampler(policy);
        var options = new SamplingOptions { Seed = seed, Temperature = temperature, Refine = refine };
        TokenBatch generated = sampler.Sample(count, options, cancellationToken).AsBatch();
        double? all = Likelihood(knownTokensOnly: false);
        bool hasUnknown = policy.Format.UnknownToken is { } unknown && heldOut.Tokens.Span.Contains(unknown);
        double? known = hasUnknown ? Likelihood(knownTokensOnly: true) : all;
        return new ModelQuality(
            count,
            SampleMetrics.Measure(
                generated, policy.Format, heldOut.Count == 0 ? null : heldOut, policy.TrainingSequences,
                unknownToken: policy.Format.UnknownToken, cancellationToken: cancellationToken),
            all, known,
            refine is null ? null : RefinementMetrics.Measure(sampler, heldOut, options, cancellationToken: cancellationToken));

        double? Likelihood(bool knownTokensOnly) => heldOut.Count == 0
            ? null
            : SequenceMetrics.NegativeLogLikelihood(sampler, heldOut, temperature, knownTokensOnly, cancellationToken);
    }

    public IReadOnlyDictionary<string, double> ToDictionary()
    {
        // As the report names it in its own columns.
        var values = new Dictionary<string, double>(Metrics.ToDictionary()) { ["sequences"] = Count };
        if (NllTest is { } nll)
            values[EvaluationMetricNames.NllTest] = nll;

        // It is the same where there are no unknown tokens.
        if (NllTestKnown is { } known && known != NllTest)
            values[EvaluationMetricNames.NllTestKnown] = known;
        if (Refinement is { } refinement)
        {
            values["nll_test_refined_upper"] = refinement.NllTestUpper;
            values["nll_test_refined_lower"] = refinement.NllTestLower;
            values["acceptance"] = refinement.Acceptance;
            values["effective_sample_size"] = refinement.EffectiveSampleSize;
        }

        return values;
    }
}
