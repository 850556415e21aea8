using SeqGan.Evaluation;
using SeqGan;

namespace OracleExperiment;

/// <summary>Measures generators, always with the same held-out sequences and the same random numbers.</summary>
internal sealed class Judge(IGenerator oracle, TokenBatch heldOut, int samples)
{
    // The last ones: the first are those whose accuracy may stop the discriminator.
    private readonly TokenBatch _heldOut = heldOut.Slice(Math.Max(0, heldOut.Count - samples), Math.Min(samples, heldOut.Count));

    public Measurement Measure(IGenerator generator, double temperature, CancellationToken cancellationToken)
    {
        SequenceBuffer generated = generator.Sample(samples, new RandomKey(0, RandomPurpose.Evaluation), temperature, cancellationToken);
        return new Measurement(
            SequenceMetrics.NegativeLogLikelihood(oracle, generated.AsBatch(), cancellationToken: cancellationToken),
            SequenceMetrics.NegativeLogLikelihood(generator, _heldOut, temperature, cancellationToken: cancellationToken));
    }

    /// <summary>Measures refined samples; NLL_test is the upper bound.</summary>
    public Measurement Measure(SequenceSampler sampler, int refine, double temperature, CancellationToken cancellationToken)
    {
        var options = new SamplingOptions { Seed = 0, Temperature = temperature, Refine = refine };
        SequenceBuffer generated = sampler.Sample(samples, options, cancellationToken);
        return new Measurement(
            SequenceMetrics.NegativeLogLikelihood(oracle, generated.AsBatch(), cancellationToken: cancellationToken),
            RefinementMetrics.Measure(sampler, _heldOut, options, draws: 20_000, cancellationToken).NllTestUpper);
    }
}
