namespace SeqGan;

/// <summary>What a random number is drawn for, so that no two uses of one seed share their draws.</summary>
public enum RandomPurpose
{
    /// <summary>Weights at the start.</summary>
    Initialization = 1,

    /// <summary>Sequences sampled for training or for the user.</summary>
    Sampling = 2,

    /// <summary>Monte Carlo completions.</summary>
    Rollout = 3,

    /// <summary>The order of the training sequences.</summary>
    Shuffling = 4,

    /// <summary>Which sequences are held out.</summary>
    HeldOutSplit = 5,

    /// <summary>Dropout masks.</summary>
    Dropout = 6,

    /// <summary>Sequences sampled for metrics.</summary>
    Evaluation = 7,

    /// <summary>The sequences that a discriminator learns to reject.</summary>
    NegativeSampling = 8,

    /// <summary>Which labels are generated if none is asked for.</summary>
    Labels = 9,

    /// <summary>Which tokens a generator is fed in scheduled sampling: the data's or its own.</summary>
    ScheduledSampling = 10,

    /// <summary>Which rare tokens of the training sequences stand in for the unknown token.</summary>
    UnknownTokens = 11,

    /// <summary>Which units a generator leaves out while it learns by maximum likelihood.</summary>
    GeneratorDropout = 12,

    /// <summary>Which draws a discriminator keeps.</summary>
    Refinement = 13,

    /// <summary>The first value for an application's own purposes; higher ones are free, too.</summary>
    User = 1000,
}
