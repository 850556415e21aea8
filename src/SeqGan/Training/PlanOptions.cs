namespace SeqGan.Training;

/// <summary>What you decide before <see cref="SeqGanOptions.For"/> chooses the rest. It chooses what is null.</summary>
public sealed class PlanOptions
{
    /// <summary>
    /// How long the training should take on this machine. <see cref="SeqGanOptions.For"/> then trains a few steps to measure the speed, so
    /// that another run can get other epochs; a machine that is busy later takes longer. A budget that is longer than the data can use is
    /// not used up. The default value is null: up to ten minutes of maximum likelihood on two fast cores, and options that depend on the
    /// corpus alone.
    /// </summary>
    public TimeSpan? Budget { get; set; }

    /// <summary>The generator's network.</summary>
    [AllowedValuesOf(typeof(GeneratorNetwork))]
    public GeneratorNetwork? Network { get; set; }

    /// <summary>The size of the generator's state: <see cref="GeneratorOptions.HiddenSize"/>.</summary>
    [AllowedRange(1, 65536)]
    public int? HiddenSize { get; set; }

    /// <summary>The number of the generator's layers: <see cref="GeneratorOptions.Layers"/>.</summary>
    [AllowedRange(1, 64)]
    public int? Layers { get; set; }

    /// <summary>The epochs of maximum likelihood: <see cref="TrainingOptions.GeneratorPretrainingEpochs"/>.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int? Epochs { get; set; }

    /// <summary>
    /// The adversarial rounds: <see cref="TrainingOptions.AdversarialRounds"/>. If null, there are none: without a reward of your own,
    /// they have not improved a regularised generator (docs/results.md). A budget does not shorten them; at most a fifth of it is set aside
    /// for them.
    /// </summary>
    [AllowedRange(0, int.MaxValue)]
    public int? Rounds { get; set; }
}
