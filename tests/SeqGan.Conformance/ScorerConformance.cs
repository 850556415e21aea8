namespace SeqGan.Conformance;

/// <summary>Checks the promises of <see cref="ISequenceScorer"/>.</summary>
public static class ScorerConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">Makes a scorer; each check takes one and disposes it where it is disposable.</param>
    /// <param name="format">The format of the sequences to score.</param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ConformanceReport> CheckAsync(
        Func<ISequenceScorer> factory, SequenceFormat format, ConformanceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(format);
        var runner = new CheckRunner(nameof(ISequenceScorer), cancellationToken);
        var checks = new ScorerChecks(runner, factory, format, ConformanceOptions.Checked(options));
        await runner.CheckAsync("scores are finite, or NaN for not applicable",
            () => checks.RangeAsync(score => !float.IsInfinity(score), "finite or NaN")).ConfigureAwait(false);
        await checks.RunAsync().ConfigureAwait(false);
        TokenBatch batch = TestSequences.Create(format, 16, 1);
        await new CheckpointableChecks<ISequenceScorer>(runner, factory, scorer => ScorerChecks.ScoreAsync(scorer, batch)).RunAsync()
            .ConfigureAwait(false);
        return runner.Report;
    }
}
