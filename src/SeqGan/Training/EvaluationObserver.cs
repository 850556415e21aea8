namespace SeqGan;

/// <summary>Measures the generator on a schedule; the figures appear in <see cref="TrainingProgress.Metrics"/> and in the log.</summary>
/// <remarks>
/// The trainer calls it before other observers, so that these see its figures. Not thread-safe. Its state in checkpoints is that of
/// its evaluators which are <see cref="ICheckpointable"/>: a training that is resumed needs the same ones, in the same order. Other
/// evaluators may come and go; those of the library have no state, for they draw with the same random numbers each time.
/// </remarks>
public sealed class EvaluationObserver : ITrainingObserver, ICheckpointable
{
    private readonly IEvaluator[] _evaluators;
    private readonly int _interval;
    private readonly TrainingPhase _phases;

    /// <summary>Creates the observer.</summary>
    /// <param name="evaluators">Asked in this order; at least one. They stay the caller's to dispose.</param>
    /// <param name="interval">Evaluates at the end of every such round, and of a phase's last one; at least 1.</param>
    /// <param name="phases">The phases it evaluates in. By default those that change the generator.</param>
    public EvaluationObserver(
        IEnumerable<IEvaluator> evaluators,
        int interval = 1,
        TrainingPhase phases = TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial)
    {
        ArgumentNullException.ThrowIfNull(evaluators);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        _evaluators = [.. evaluators];
        if (_evaluators.Length == 0)
            throw new ArgumentException("An evaluation needs at least one evaluator.", nameof(evaluators));
        _interval = interval;
        _phases = phases;
    }

    /// <inheritdoc/>
    public async ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(context);
        if (!IsDue(progress))
            return;
        foreach (IEvaluator evaluator in _evaluators)
        {
            foreach ((string name, double value) in await evaluator.EvaluateAsync(context.Generator, cancellationToken).ConfigureAwait(false))
                context.Report(name, value);
        }
    }

    /// <inheritdoc/>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        EvaluatorStates.Save(_evaluators, destination);
    }

    /// <inheritdoc/>
    public void RestoreState(Stream source, int version)
    {
        ArgumentNullException.ThrowIfNull(source);
        EvaluatorStates.Restore(_evaluators, source);
    }

    private bool IsDue(TrainingProgress progress) =>
        _phases.HasFlag(progress.Phase)
        && (progress.Round % _interval == 0 || progress.Round == progress.Rounds);
}
