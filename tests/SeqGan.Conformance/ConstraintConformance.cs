namespace SeqGan.Conformance;

/// <summary>Checks the promises of <see cref="ITokenConstraint"/> on random walks through the sequences that it allows.</summary>
public static class ConstraintConformance
{
    /// <summary>Runs every check.</summary>
    /// <param name="factory">Makes a constraint; all that it makes allow the same.</param>
    /// <param name="options">
    /// How strictly to check; <see cref="ConformanceOptions.Samples"/> is the number of walks. Null for the defaults.
    /// </param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ConformanceReport Check(
        Func<ITokenConstraint> factory, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var runner = new CheckRunner(nameof(ITokenConstraint), cancellationToken);
        new ConstraintChecks(runner, factory, ConformanceOptions.Checked(options)).Run();
        return runner.Report;
    }
}
