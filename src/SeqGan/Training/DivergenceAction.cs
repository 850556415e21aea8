namespace SeqGan.Training;

/// <summary>What a training does when it diverges. Each time it is logged and counted.</summary>
public enum DivergenceAction
{
    /// <summary>It continues; a step whose loss, gradient or reward is not finite changes nothing.</summary>
    Continue,

    /// <summary>It stops with a <see cref="TrainingDivergedException"/>.</summary>
    Stop,

    /// <summary>It returns to the newest healthy checkpoint, with a lower learning rate; after too many returns it stops.</summary>
    RollBack,
}
