namespace SeqGan.Training;

/// <summary>Measures the generator on a schedule; the figures appear in <see cref="TrainingProgress.Metrics"/> and in the log.</summary>
/// <remarks>
/// The trainer calls it before other observers, so that these see its figures. Not thread-safe. It has no state of its own. The states of
/// evaluators that are <see cref="ICheckpointable"/> are part of checkpoints, by type and order; the library's own evaluators have none,
/// because they draw with the same random numbers each time.
/// </remarks>
public sealed class EvaluationObserver : ITrainingObserver, ICompositeComponent
{
    private readonly IEvaluator[] _evaluators;
    private readonly int _interval;
    private readonly TrainingPhase _phases;

    /// <summary>Creates the observer.</summary>
    /// <param name="evaluators">Asked in this order; at least one. The caller disposes them.</param>
    /// <param name="interval">Evaluates after each such number of rounds, and after a phase's last one; at least 1.</param>
    /// <param name="phases">The phases it evaluates in. By default those that change the generator.</param>
    public EvaluationObserver(
        IEnumerable<IEvaluator> evaluators, int interval = 1,
        TrainingPhase phases = TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial)
    {
        ArgumentNullException.ThrowIfNull(evaluators);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        _evaluators = [.. evaluators];
        if (_evaluators.Length == 0)
            throw new ArgumentException("An evaluation needs at least one evaluator.", nameof(evaluators));
        (_interval, _phases) = (interval, phases);
    }

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts =>
        _evaluators.Select(evaluator => (evaluator.GetType().Name, (object)evaluator));

    /// <summary>The names of what it measures in some phases; null if an evaluator may measure anything.</summary>
    internal IEnumerable<string>? MetricsIn(TrainingPhase phases)
    {
        if ((_phases & phases) == 0)
            return [];
        IEnumerable<string>?[] metrics = [.. _evaluators.Select(Evaluators.MetricsOf)];
        return metrics.Contains(null) ? null : metrics.SelectMany(names => names!);
    }

    /// <inheritdoc/>
    public async ValueTask OnRoundEndAsync(
        TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(context);
        if (!_phases.HasFlag(progress.Phase) || (progress.Round % _interval != 0 && progress.Round != progress.Rounds))
            return;
        foreach (IEvaluator evaluator in _evaluators)
        {
            var metrics = await evaluator.EvaluateAsync(context.Generator, cancellationToken).ConfigureAwait(false);
            foreach ((string name, double value) in metrics)
                context.Report(name, value);
        }
    }
}
