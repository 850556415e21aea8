namespace SeqGan;

/// <summary>What a generator's training step is for.</summary>
public enum GeneratorObjective
{
    /// <summary>Maximum likelihood on real sequences (MLE).</summary>
    MaximumLikelihood = 0,

    /// <summary>Policy gradient on the generator's own sequences (equation 8 of the paper; REINFORCE).</summary>
    PolicyGradient = 1,
}
