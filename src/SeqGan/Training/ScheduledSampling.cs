namespace SeqGan;

/// <summary>
/// How the probability that pre-training feeds the generator the data's tokens, and not its own, falls over the epochs (Bengio, Vinyals, Jaitly,
/// Shazeer: "Scheduled Sampling", NIPS 2015, section 2.4).
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
