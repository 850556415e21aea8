namespace SeqGan.Tool;

/// <summary>Keeps the generator that maximum likelihood came to, in memory and in checkpoints, to compare with in the end.</summary>
/// <param name="create">Makes a generator of the training's sizes, on which a state is tried.</param>
internal sealed class MleState(Func<RecurrentGenerator> create) : ITrainingObserver, ICheckpointable
{
    private const int MaximumBytes = 1 << 30;

    private byte[] _state = [];

    /// <summary>Whether maximum likelihood has come to its end.</summary>
    public bool IsKnown => _state.Length > 0;

    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        OnProgressAsync(progress, context, cancellationToken);

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        // The discriminator's phase leaves the generator as it is, and has a report before the adversarial one begins.
        if (!IsKnown && progress.Phase == TrainingPhase.DiscriminatorPretraining)
        {
            using var state = new MemoryStream();
            ((RecurrentGenerator)context.Generator).SaveState(state);
            _state = state.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the generator what it was then.</summary>
    public void Restore(RecurrentGenerator generator) => Restore(generator, _state);

    public void SaveState(Stream destination) => destination.Write(_state);

    public void RestoreState(Stream source, int version)
    {
        long length = source.Length - source.Position;
        if (length > MaximumBytes)
            throw new InvalidDataException($"A generator of {length} bytes is too large.");
        byte[] state = new byte[length];
        source.ReadExactly(state);
        ThrowIfNotUsable(state);
        _state = state;
    }

    // It is needed when the training has ended: whoever resumes it is to know before.
    private void ThrowIfNotUsable(byte[] state)
    {
        if (state.Length == 0)
            return;
        using RecurrentGenerator generator = create();
        Restore(generator, state);
    }

    private static void Restore(RecurrentGenerator generator, byte[] bytes)
    {
        using var state = new MemoryStream(bytes, writable: false);
        generator.RestoreState(state, ((ICheckpointable)generator).StateVersion);
    }
}
