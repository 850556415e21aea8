namespace SeqGan.Conformance;

/// <summary>Checks the promises of <see cref="IRollout"/>.</summary>
public static class RolloutConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">
    /// Makes a rollout; each check takes one and disposes it where it is disposable. All have the same format.
    /// </param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ConformanceReport Check(
        Func<IRollout> factory, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        options = ConformanceOptions.Checked(options);
        var runner = new CheckRunner(nameof(IRollout), cancellationToken);
        SequenceFormat format;
        using (var rollout = new Instance<IRollout>(factory))
            format = rollout.Value.Format;
        new RolloutChecks(runner, factory, format, options).Run();
        return runner.Report;
    }
}
