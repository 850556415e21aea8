namespace SeqGan.Conformance;

/// <summary>
/// Checks the promises of <see cref="IDiscriminator"/>, those of <see cref="ISequenceScorer"/> included, and those of
/// <see cref="ICheckpointable"/> where it is checkpointable.
/// </summary>
public static class DiscriminatorConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">Makes a discriminator; each check takes one and disposes it where it is disposable.</param>
    /// <param name="format">The format of the sequences to score.</param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ConformanceReport> CheckAsync(
        Func<IDiscriminator> factory, SequenceFormat format, ConformanceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(format);
        options = ConformanceOptions.Checked(options);
        var runner = new CheckRunner(nameof(IDiscriminator), cancellationToken);
        var scoring = new ScorerChecks(runner, factory, format, options);
        await runner.CheckAsync("scores are probabilities in [0, 1]",
            () => scoring.RangeAsync(score => score is >= 0 and <= 1, "a probability in [0, 1]")).ConfigureAwait(false);
        await scoring.RunAsync().ConfigureAwait(false);
        var training = new DiscriminatorTrainingChecks(runner, factory, format, options);
        await training.RunAsync().ConfigureAwait(false);
        await new CheckpointableChecks<IDiscriminator>(runner, factory, training.UseAsync).RunAsync().ConfigureAwait(false);
        return runner.Report;
    }
}
