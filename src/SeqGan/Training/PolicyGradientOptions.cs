namespace SeqGan.Training;

/// <summary>What keeps the policy gradient near the data: a penalty, a bonus and clipping; all off by default, as in the paper.</summary>
public sealed class PolicyGradientOptions
{
    /// <summary>
    /// What a nat of Kullback-Leibler divergence from the generator that the adversarial phase began with costs, in units of reward (Jaques
    /// et al., ICML 2017; Ziegler et al. 2019); 0 turns the penalty off. With <see cref="KlTarget"/> it is where the coefficient starts. It
    /// needs a generator whose rollout policy gives log-probabilities. The default value is 0.
    /// </summary>
    [AllowedRange(0.0, 1e6)]
    public double KlCoefficient { get; set; }

    /// <summary>
    /// The divergence, in nats a token, to which the coefficient is adapted after each batch (Ziegler et al. 2019, section 2.2), within a
    /// thousandth and a thousand times <see cref="KlCoefficient"/>; null keeps the coefficient as it is. The default value is null.
    /// </summary>
    [AllowedRange(1e-9, 1e6)]
    public double? KlTarget { get; set; }

    /// <summary>
    /// What a nat of the policy's entropy at a token is worth, in units of reward (Williams and Peng 1991; Mnih et al., ICML 2016); 0 turns
    /// the bonus off. The default value is 0.
    /// </summary>
    [AllowedRange(0.0, 1e6)]
    public double EntropyBonus { get; set; }

    /// <summary>
    /// Generator steps on each sampled batch; from the second on, a token's weight is its advantage times how much likelier the token has
    /// become since it was sampled. The default value is 1.
    /// </summary>
    [AllowedRange(1, 1_000)]
    public int Passes { get; set; } = 1;

    /// <summary>
    /// How far a token's probability may move, as a share of what it was when the token was sampled, before later <see cref="Passes"/> push
    /// it no further (epsilon of Schulman et al. 2017, who use 0.2); 0 sets no bound. The default value is 0.
    /// </summary>
    [AllowedRange(0.0, 1e6)]
    public double ClipRange { get; set; }

    /// <summary>Whether anything here needs the generator's log-probabilities.</summary>
    internal bool UsesProbabilities => KlCoefficient > 0 || EntropyBonus > 0 || Passes > 1;

    internal PolicyGradientOptions Copy() => (PolicyGradientOptions)MemberwiseClone();
}
