namespace SeqGan.Conformance;

/// <summary>
/// Checks the promises of <see cref="ICheckpointable"/>. The checks of the other contracts run them too, where an implementation is
/// checkpointable.
/// </summary>
public static class CheckpointableConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">
    /// Makes a component; each check takes some and disposes them where they are disposable. All are made the same way.
    /// </param>
    /// <param name="use">
    /// Uses a component as a training does, so that its state changes, and returns all that can be seen of it; the same for the same state.
    /// </param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ConformanceReport> CheckAsync(
        Func<ICheckpointable> factory, Func<ICheckpointable, Task<float[]>> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(use);
        var runner = new CheckRunner(nameof(ICheckpointable), cancellationToken);
        await new CheckpointableChecks<ICheckpointable>(runner, factory, use).RunAsync().ConfigureAwait(false);
        return runner.Report;
    }
}
