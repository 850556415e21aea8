namespace SeqGan.Training;

/// <summary>What <see cref="SeqGanOptions.For"/> is held to; it chooses what is null.</summary>
public sealed class PlanOptions
{
    /// <summary>
    /// How long the training should take on this machine, whose speed is then measured for a moment: another machine, or another moment,
    /// can give other epochs. The default value is null: as long as the corpus is worth, which depends on the corpus alone.
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

    /// <summary>The adversarial rounds: <see cref="TrainingOptions.AdversarialRounds"/>.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int? Rounds { get; set; }
}
