namespace SeqGan;

/// <summary>A component made of others, such as a scorer that combines scorers. Checkpoints hold its parts' states.</summary>
/// <remarks>If it has a state of its own, without its parts', it also implements <see cref="ICheckpointable"/>.</remarks>
public interface ICompositeComponent
{
    /// <summary>The parts and their names: the same at every call, and in every process that builds the component.</summary>
    /// <remarks>A part that the training also has elsewhere, such as the discriminator, is saved once.</remarks>
    IEnumerable<(string Name, object Component)> Parts { get; }
}
