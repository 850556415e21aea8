namespace SeqGan;

/// <summary>
/// A component made of other components: a scorer that combines scorers, an observer that runs evaluators, a rollout with a policy.
/// Checkpoints hold the states of its parts and of their parts.
/// </summary>
/// <remarks>If it has a state of its own, without its parts', it also implements <see cref="ICheckpointable"/>.</remarks>
public interface ICompositeComponent
{
    /// <summary>
    /// The parts and their names: the same at every call, and in every process that builds the component. A part that the training also
    /// has elsewhere, such as the discriminator, is saved once.
    /// </summary>
    IEnumerable<(string Name, object Component)> Parts { get; }
}
