namespace SeqGan;

/// <summary>What <see cref="SeqGanOptions.For"/> is held to; what is null it chooses.</summary>
public sealed class PlanOptions
{
    /// <summary>
    /// How long the training may take. The speed of this machine is then measured for a moment, so that another machine, or another
    /// moment, can give other epochs. The default value is null: as long as the corpus is worth, which depends on the corpus alone.
    /// </summary>
    public TimeSpan? Budget { get; set; }

    /// <summary>The generator's network.</summary>
    public NetworkKind? Network { get; set; }

    /// <summary>The size of the generator's state.</summary>
    public int? HiddenSize { get; set; }

    /// <summary>The number of the generator's layers.</summary>
    public int? Layers { get; set; }

    /// <summary>The epochs of maximum likelihood.</summary>
    public int? Epochs { get; set; }

    /// <summary>The adversarial rounds.</summary>
    public int? Rounds { get; set; }
}
