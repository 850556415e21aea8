namespace SeqGan;

/// <summary>A component that learns, and whose learning rates can be lowered while it is in use.</summary>
/// <remarks>The trainer lowers it when a diverged training goes back to a checkpoint. Not thread-safe.</remarks>
public interface IScalableLearningRate
{
    /// <summary>
    /// What the learning rates that the component was constructed with are multiplied by; positive and finite. The default value is 1. No
    /// part of <see cref="ICheckpointable"/>'s state: the trainer keeps it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive and finite.</exception>
    double LearningRateScale { get; set; }
}
