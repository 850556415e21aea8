namespace SeqGan.Tool;

/// <summary>Keeps the generator from the end of maximum likelihood, in memory and in checkpoints, to compare with at the end.</summary>
/// <param name="create">Makes a generator of the training's sizes to try a state on.</param>
internal sealed class MleState(Func<NeuralGenerator> create) : ITrainingObserver, ICheckpointable
{
    private const int MaximumBytes = 1 << 30;

    private byte[] _state = [];

    /// <summary>Whether maximum likelihood has ended.</summary>
    public bool IsKnown => _state.Length > 0;

    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        OnProgressAsync(progress, context, cancellationToken);

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        // The discriminator's phase does not change the generator, and reports before the adversarial phase begins.
        if (!IsKnown && progress.Phase == TrainingPhase.DiscriminatorPretraining)
        {
            using var state = new MemoryStream();
            ((NeuralGenerator)context.Generator).SaveState(state);
            _state = state.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Puts the generator back to that state.</summary>
    public void Restore(NeuralGenerator generator) => Restore(generator, _state);

    public void SaveState(Stream destination) => destination.Write(_state);

    public void RestoreState(Stream source, int version)
    {
        long length = source.Length - source.Position;
        if (length > MaximumBytes)
            throw new InvalidDataException($"A generator of {length} bytes is too large.");
        byte[] state = new byte[length];
        source.ReadExactly(state);
        if (length > 0)
        {
            // It is needed at the end of the training; a user who resumes learns of a damaged one at the start.
            using NeuralGenerator generator = create();
            Restore(generator, state);
        }

        _state = state;
    }

    // The bytes are never changed.
    object ICheckpointable.Capture() => _state;

    void ICheckpointable.Revert(object captured) => _state = (byte[])captured;

    private static void Restore(NeuralGenerator generator, byte[] bytes)
    {
        using var state = new MemoryStream(bytes, writable: false);
        generator.RestoreState(state, ((ICheckpointable)generator).StateVersion);
    }
}
