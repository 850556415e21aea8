using System.Diagnostics;

namespace SeqGan.Training;

/// <summary>One call of the training: its clock and its reports, which go to the observers and then to the caller.</summary>
internal sealed class TrainingRun(
    TrainerComponents components, TrainingFigures figures, TrainingHealth health, TrainingPace pace, TrainingRecorder recorder,
    IReadOnlyDictionary<string, double> evaluations, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
{
    // Evaluations come first, so that every other observer sees their figures.
    private readonly ITrainingObserver[] _observers = [.. components.Observers.OrderBy(observer => observer is EvaluationObserver ? 0 : 1)];
    private readonly TrainingContext _context = new(components.Generator, components.Discriminator, components.Corpus);
    private readonly Dictionary<string, double> _evaluations = new(evaluations);
    private readonly ILogger _logger = components.Logger;
    private readonly TimeSpan _interval = components.Options.Training.ProgressInterval;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _stepsBefore = figures.Steps;
    private TrainingProgress? _last;
    private int _rounds;
    private long _stepsPerRound;
    private long _phaseStarted;
    private long _phaseSteps;
    private long _phaseTokens;
    private long _roundSteps;
    private long _lastReport;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The latest value of each metric that observers reported.</summary>
    public IReadOnlyDictionary<string, double> Evaluations => _evaluations;

    public TrainingResult Result => new()
    {
        Progress = _last,
        Metrics = _evaluations,
        Steps = figures.Steps - _stepsBefore,
        Elapsed = Stopwatch.GetElapsedTime(_started),
    };

    public Activity? BeginPhase(TrainingPhase phase, int rounds, long stepsPerRound)
    {
        (recorder.Phase, _rounds, _stepsPerRound) = (phase, rounds, stepsPerRound);
        (_phaseSteps, _phaseTokens) = (figures.Steps, figures.Tokens);
        figures.StartPhase(phase);
        _phaseStarted = _lastReport = Stopwatch.GetTimestamp();
        Log.PhaseStarted(_logger, phase.ToString(), rounds, stepsPerRound);
        return SeqGanTelemetry.StartPhase(phase.ToString());
    }

    public void EndPhase() => Log.PhaseEnded(_logger, recorder.Phase.ToString(), Stopwatch.GetElapsedTime(_phaseStarted));

    /// <summary>Begins a round, or continues one.</summary>
    public Activity? EnterRound(TrainingState state)
    {
        (recorder.Round, _roundSteps) = (state.Round + 1, state.RoundSteps);
        return SeqGanTelemetry.StartRound(recorder.Phase.ToString(), recorder.Round);
    }

    /// <summary>Reports from within a round, if it is time.</summary>
    public async ValueTask ReportIfDueAsync()
    {
        if (_interval > TimeSpan.Zero && Stopwatch.GetElapsedTime(_lastReport) >= _interval)
            await ReportAsync(endOfRound: false).ConfigureAwait(false);
    }

    /// <summary>Makes a report, with what observers measured.</summary>
    public async ValueTask<TrainingProgress> ReportAsync(bool endOfRound)
    {
        TrainingProgress report = Describe(endOfRound);
        _context.TakeReported();
        foreach (ITrainingObserver observer in _observers)
        {
            ValueTask observed = endOfRound
                ? observer.OnRoundEndAsync(report, _context, cancellation)
                : observer.OnProgressAsync(report, _context, cancellation);
            await observed.ConfigureAwait(false);
            if (_context.Reported.Count > 0)
                report = report with { Metrics = Merge(report, _context.TakeReported()) };
        }

        _last = report;
        if (endOfRound)
            Log.RoundEnded(_logger, report);
        progress?.Report(report);
        return report;
    }

    private TrainingProgress Describe(bool endOfRound)
    {
        _lastReport = Stopwatch.GetTimestamp();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_phaseStarted);
        double inRound = endOfRound ? 1 : Math.Min(1, (figures.Steps - _roundSteps) / (double)Math.Max(1, _stepsPerRound));
        double fraction = (recorder.Round - 1 + inRound) / _rounds;
        TrainingProgress report = figures.Fill(new TrainingProgress
        {
            Phase = recorder.Phase,
            Round = recorder.Round,
            Rounds = _rounds,
            EndOfRound = endOfRound,
            Fraction = fraction,
            Elapsed = Stopwatch.GetElapsedTime(_started),
            EstimatedRemaining = pace.EstimateRemaining(recorder.Phase, endOfRound),
            StepsPerSecond = (figures.Steps - _phaseSteps) / elapsed.TotalSeconds,
            TokensPerSecond = (figures.Tokens - _phaseTokens) / elapsed.TotalSeconds,
            LearningRateScale = health.State.LearningRateScale,
        });
        DivergenceSigns signs = endOfRound ? health.Observe(report, figures) : health.Signs;
        return report with { Signs = report.StepsNotFinite > 0 ? signs | DivergenceSigns.NotFinite : signs };
    }

    private Dictionary<string, double> Merge(TrainingProgress report, IReadOnlyDictionary<string, double> reported)
    {
        var merged = new Dictionary<string, double>(report.Metrics);
        foreach ((string metric, double value) in reported)
        {
            merged[metric] = _evaluations[metric] = value;
            SeqGanTelemetry.Evaluation.Record(value, metric);
            Log.Evaluated(_logger, report.Phase.ToString(), report.Round, metric, value);
        }

        return merged;
    }
}
