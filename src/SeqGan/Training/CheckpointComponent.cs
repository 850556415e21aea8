namespace SeqGan;

/// <summary>A part of a training that may have a state.</summary>
/// <param name="Name">Its name in checkpoints, distinct; <c>generator</c>.</param>
/// <param name="Value">The part; <see cref="ICheckpointable"/> where it has a state that can be saved.</param>
internal readonly record struct CheckpointComponent(string Name, object Value)
{
    /// <summary>Whether it changes while rewards are estimated.</summary>
    public bool IsReward => Value is IRewardEstimator or ISequenceScorer and not IDiscriminator;

    /// <summary>Whether it changes while a report is made.</summary>
    public bool IsObserver => Value is ITrainingObserver;

    /// <summary>Whether it may have a state that nobody can save: SeqGan's own parts have none, or save it.</summary>
    public bool IsUnknown => Value is not ICheckpointable && Value.GetType().Assembly != typeof(CheckpointComponent).Assembly;
}
