namespace SeqGan;

/// <summary>The objective of a generator's training step.</summary>
public enum GeneratorObjective
{
    /// <summary>Maximum likelihood on real sequences (MLE).</summary>
    MaximumLikelihood = 0,

    /// <summary>Policy gradient on the generator's own sequences (equation 8 of the paper; REINFORCE).</summary>
    PolicyGradient = 1,
}
