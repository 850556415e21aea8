namespace SeqGan.Conformance;

/// <summary>
/// Checks the promises of <see cref="IGenerator"/> and of the <see cref="IRolloutPolicy"/> that it makes, and where they are checkpointable
/// those of <see cref="ICheckpointable"/>.
/// </summary>
public static class GeneratorConformance
{
    /// <summary>Runs every check on instances of its own.</summary>
    /// <param name="factory">
    /// Makes a generator without a constraint; each check takes one and disposes it. All have the same format; a vocabulary of 10 tokens
    /// and 6 tokens a sequence, with an end token, see the most.
    /// </param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ConformanceReport Check(
        Func<IGenerator> factory, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        options = ConformanceOptions.Checked(options);
        var runner = new CheckRunner(nameof(IGenerator), cancellationToken);
        SequenceFormat format;
        using (var generator = new Instance<IGenerator>(factory))
            format = generator.Value.Format;
        new GeneratorSamplingChecks(runner, factory, format, options).Run();
        new GeneratorLabelChecks(runner, factory, format, options).Run();
        new GeneratorLikelihoodChecks(runner, factory, format, options).Run();
        new GeneratorTrainingChecks(runner, factory, format, options).Run();
        new GeneratorLifetimeChecks(runner, factory, format, options).Run();
        new RolloutPolicyChecks(runner, factory, format, options).Run();
        new GeneratorStateChecks(runner, factory, format, options).Run();
        return runner.Report;
    }
    /// <summary>Runs the checks of generators with a constraint.</summary>
    /// <param name="factory">
    /// Makes a generator with a constraint; each check takes one and disposes it. All have the same format and constraint. A vocabulary of
    /// 10 tokens, 6 tokens a sequence and a constraint that about half of all sequences break see the most.
    /// </param>
    /// <param name="options">How strictly to check; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels between two checks.</param>
    /// <returns>What was found; a failing check does not throw.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ConformanceReport CheckConstrained(
        Func<IGenerator> factory, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        options = ConformanceOptions.Checked(options);
        var runner = new CheckRunner(nameof(IGenerator), cancellationToken);
        SequenceFormat format;
        using (var generator = new Instance<IGenerator>(factory))
            format = generator.Value.Format;
        new ConstrainedGeneratorChecks(runner, factory, format, options).Run();
        return runner.Report;
    }
}
