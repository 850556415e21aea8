namespace SeqGan;

/// <summary>
/// A component that is made of other components: a scorer that combines scorers, an observer that runs evaluators, a rollout with a policy.
/// Checkpoints hold the states of its parts and of their parts.
/// </summary>
/// <remarks>
/// If the component has a state of its own, it is <see cref="ICheckpointable"/> as well; that state does not include its parts. If it has
/// none, this interface says so.
/// </remarks>
public interface ICompositeComponent
{
    /// <summary>
    /// The parts and their names: the same at every call, and in every process that builds the component. A part that a training has
    /// elsewhere too, such as the discriminator, is saved once.
    /// </summary>
    IEnumerable<(string Name, object Component)> Parts { get; }
}
