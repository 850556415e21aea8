namespace SeqGan.Conformance;

/// <summary>Checks the promises of <see cref="IRewardEstimator"/>.</summary>
public static class RewardEstimatorConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">Makes a reward estimator; each check takes one and disposes it where it is disposable.</param>
    /// <param name="format">The format of the sequences to reward.</param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ConformanceReport> CheckAsync(
        Func<IRewardEstimator> factory, SequenceFormat format, ConformanceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(format);
        var runner = new CheckRunner(nameof(IRewardEstimator), cancellationToken);
        await new RewardEstimatorChecks(runner, factory, format, ConformanceOptions.Checked(options)).RunAsync().ConfigureAwait(false);
        return runner.Report;
    }
}
