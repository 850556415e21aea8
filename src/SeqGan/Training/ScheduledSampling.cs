namespace SeqGan.Training;

/// <summary>
/// How the probability that pre-training feeds the generator the data's tokens, and not its own, falls over the epochs (Bengio, Vinyals,
/// Jaitly, Shazeer: "Scheduled Sampling", NIPS 2015, section 2.4).
/// </summary>
public enum ScheduledSampling
{
    /// <summary>It is 1 throughout: plain maximum likelihood.</summary>
    None = 0,

    /// <summary>By the same amount from epoch to epoch.</summary>
    Linear = 1,

    /// <summary>Slowly at first and at last, and fastest in the middle.</summary>
    InverseSigmoid = 2,
}

/// <summary>The probability of the data's token in an epoch of pre-training (epsilon of Bengio et al. 2015).</summary>
internal static class ScheduledSamplingDecay
{
    // k / (k + exp(i / k)) of the paper with k = e^5, from i = 0 to where it is as far below one half as it began above.
    private const double Steepness = 10;

    /// <summary>Gives it for an epoch, from 0.</summary>
    public static double TruthAt(TrainingOptions options, int epoch)
    {
        if (options.ScheduledSampling == ScheduledSampling.None)
            return 1;
        double passed = options.GeneratorPretrainingEpochs > 1 ? Math.Min(1, epoch / (options.GeneratorPretrainingEpochs - 1.0)) : 0;
        double left = options.ScheduledSampling == ScheduledSampling.Linear
            ? 1 - passed
            : (Sigmoid(1 - passed) - Sigmoid(0)) / (Sigmoid(1) - Sigmoid(0));
        return options.ScheduledSamplingEnd + (options.ScheduledSamplingStart - options.ScheduledSamplingEnd) * left;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(Steepness * (0.5 - x)));
}
