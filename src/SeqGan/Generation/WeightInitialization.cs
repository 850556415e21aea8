namespace SeqGan.Generation;

/// <summary>How a generator's weights are drawn. Every draw comes from the seed, never from libtorch's global generator.</summary>
public enum WeightInitialization
{
    /// <summary>PyTorch's: the embedding from N(0, 1), every other weight uniform in ±1/sqrt(hidden size).</summary>
    Scaled = 0,

    /// <summary>
    /// The paper's: every weight from N(0, d²), where d is <see cref="GeneratorOptions.InitialDeviation"/>. The paper has one bias a gate;
    /// PyTorch's second one starts at 0.
    /// </summary>
    Normal = 1,
}
