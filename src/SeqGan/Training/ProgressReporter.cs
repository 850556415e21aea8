using Microsoft.Extensions.Logging;

namespace SeqGan.Training;

/// <summary>Sends reports to the observers, then to the caller.</summary>
internal sealed class ProgressReporter(
    TrainerComponents components, IReadOnlyDictionary<string, double> evaluations, IProgress<TrainingProgress>? sink)
{
    // Evaluations come first, so that every other observer sees their figures.
    private readonly ITrainingObserver[] _observers = [.. components.Observers.OrderBy(observer => observer is EvaluationObserver ? 0 : 1)];
    private readonly TrainingContext _context = new(components.Generator, components.Discriminator, components.Corpus);
    private readonly Dictionary<string, double> _metrics = new(evaluations);

    public TrainingProgress? Last { get; private set; }

    /// <summary>The latest value of each metric.</summary>
    public IReadOnlyDictionary<string, double> Metrics => _metrics;

    /// <summary>Sends a report to all of them.</summary>
    /// <returns>The report, with what observers measured.</returns>
    public async ValueTask<TrainingProgress> ReportAsync(TrainingProgress progress, CancellationToken cancellationToken)
    {
        _context.TakeReported();
        foreach (ITrainingObserver observer in _observers)
        {
            ValueTask observed = progress.EndOfRound
                ? observer.OnRoundEndAsync(progress, _context, cancellationToken)
                : observer.OnProgressAsync(progress, _context, cancellationToken);
            await observed.ConfigureAwait(false);
            if (_context.Reported.Count > 0)
                progress = progress with { Metrics = Merge(progress, _context.TakeReported()) };
        }

        Last = progress;
        if (progress.EndOfRound)
            Log.RoundEnded(components.Logger, progress);
        sink?.Report(progress);
        return progress;
    }

    private Dictionary<string, double> Merge(TrainingProgress progress, IReadOnlyDictionary<string, double> reported)
    {
        var merged = new Dictionary<string, double>(progress.Metrics);
        foreach ((string metric, double value) in reported)
        {
            merged[metric] = _metrics[metric] = value;
            SeqGanTelemetry.Evaluation.Record(value, metric);
            Log.Evaluated(components.Logger, progress.Phase.ToString(), progress.Round, metric, value);
        }

        return merged;
    }
}

/// <summary>An observer made from a plain action.</summary>
internal sealed class ActionObserver(Action<TrainingProgress> observe, bool withinRounds) : ITrainingObserver
{
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        observe(progress);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        withinRounds ? OnRoundEndAsync(progress, context, cancellationToken) : ValueTask.CompletedTask;
}
