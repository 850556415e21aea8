namespace SeqGan.Evaluation;

/// <summary>
/// What refined sampling (<see cref="SamplingOptions.Refine"/>) is worth: the likelihood of its distribution, and its cost.
/// </summary>
/// <remarks>
/// The distribution is the policy's times w = min(o, t), divided by its sum Z. So its negative log-likelihood is the policy's, less the
/// mean of log w over the sequences, plus log Z. Z is the mean of w over fresh draws. The logarithm of that mean is too low on average,
/// which gives the lower bound; the upper one corrects it by leaving out each draw (Deng et al. 2020, arXiv 2004.11714, theorem 2).
/// </remarks>
public sealed record RefinementMetrics
{
    private RefinementMetrics()
    {
    }

    /// <summary>The upper bound of the mean negative log-likelihood, in nats a token, but for chance.</summary>
    public required double NllTestUpper { get; init; }

    /// <summary>The lower bound of the mean negative log-likelihood, in nats a token, but for chance.</summary>
    public required double NllTestLower { get; init; }

    /// <summary>
    /// The share of the draws that are kept, about 1 in <see cref="SamplingOptions.Refine"/>; 1 where all are equally good.
    /// </summary>
    public required double Acceptance { get; init; }

    /// <summary>
    /// How many draws of the refined distribution the draws are worth: the square of the sum of w, divided by the sum of its square; from 1
    /// to <see cref="Draws"/>, which it reaches where the discriminator knows nothing.
    /// </summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>The number of fresh draws.</summary>
    public required int Draws { get; init; }

    /// <summary>Measures on sequences that neither the generator nor the discriminator nor its calibration has seen.</summary>
    /// <param name="sampler">Of a policy with a discriminator.</param>
    /// <param name="heldOut">
    /// [Count, Length]. Those with an unknown token, which is never drawn, are weighed as the others are on average.
    /// </param>
    /// <param name="options">The seed, the temperature, the label and the refinement; top-k, top-p and constraints do not count.</param>
    /// <param name="draws">How many fresh draws; at least 2.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">
    /// There is no token, a token is outside the vocabulary, a length does not fit, or an option is out of range or missing.
    /// </exception>
    /// <exception cref="InvalidOperationException">The policy has no discriminator.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RefinementMetrics Measure(
        SequenceSampler sampler, TokenBatch heldOut, SamplingOptions options, int draws = 10_000,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        options.ThrowIfInvalid(nameof(options));
        if (options.Refine is not { } refine)
            throw new ArgumentException($"{nameof(options.Refine)} is null; give the number of draws for each sequence.", nameof(options));
        options = new SamplingOptions { Temperature = options.Temperature, Label = options.Label, Seed = options.WithSeed().Seed };
        double nll = SequenceMetrics.NegativeLogLikelihood(
            sampler, heldOut, options.Temperature, cancellationToken: cancellationToken);
        float[] ofData = new float[heldOut.Count];
        sampler.LogOdds(heldOut, ofData, cancellationToken);
        double threshold = RefinedDraws.Threshold(sampler.PilotLogOdds([], options, cancellationToken), refine);
        var key = new RandomKey(options.Seed!.Value, RandomPurpose.Evaluation, uint.MaxValue);
        float[] ofDraws = sampler.DrawOdds([], draws, key, options, cancellationToken);

        int? unknown = sampler.Policy.Format.UnknownToken;
        double ofKnown = Enumerable.Range(0, heldOut.Count).Where(row => unknown is not { } token || !heldOut[row].Contains(token))
            .Select(row => Math.Min(ofData[row], threshold)).DefaultIfEmpty().Average();
        double[] weights = Array.ConvertAll(ofDraws, value => Math.Exp(Math.Min(value, threshold)));
        double sum = weights.Sum(), logZ = Math.Log(sum / draws);
        // At most 0, but for rounding.
        double leftOut = Math.Min(0, Math.Log(draws / (draws - 1.0))
            + weights.Average(weight => Math.Log(Math.Max(double.Epsilon, 1 - (weight / sum)))));
        double sequencesPerToken = heldOut.Count / (double)heldOut.TokenCount;
        return new RefinementMetrics
        {
            NllTestLower = nll + ((logZ - ofKnown) * sequencesPerToken),
            NllTestUpper = nll + ((logZ - (2 * (draws - 1.0) * leftOut) - ofKnown) * sequencesPerToken),
            Acceptance = RefinedDraws.Acceptance(ofDraws, threshold),
            EffectiveSampleSize = sum * sum / weights.Sum(weight => weight * weight),
            Draws = draws,
        };
    }
}
