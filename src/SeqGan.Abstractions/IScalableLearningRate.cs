namespace SeqGan;

/// <summary>A component that learns, and whose learning rates can change while it is in use.</summary>
/// <remarks>
/// The trainer lowers them when a diverged training goes back to a checkpoint, and a generator's by its schedule. Not thread-safe.
/// </remarks>
public interface IScalableLearningRate
{
    /// <summary>A factor of the constructed learning rates; positive and finite. The default value is 1.</summary>
    /// <remarks>It is not part of the state of <see cref="ICheckpointable"/>: the trainer saves it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive and finite.</exception>
    double LearningRateScale { get; set; }
}
