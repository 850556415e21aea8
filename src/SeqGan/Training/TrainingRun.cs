using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SeqGan.Training;

/// <summary>One call of the training: its clock and its reports.</summary>
internal sealed class TrainingRun(
    TrainerComponents components, TrainingFigures figures, TrainingHealth health, TrainingRecorder recorder,
    IReadOnlyDictionary<string, double> evaluations, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
{
    private readonly ProgressReporter _reporter = new(components, evaluations, progress);
    private readonly ILogger _logger = components.Logger;
    private readonly TimeSpan _interval = components.TrainingOptions.ProgressInterval;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _stepsBefore = figures.Steps;
    private int _rounds;
    private long _stepsPerRound;
    private long _phaseStarted;
    private long _phaseSteps;
    private long _phaseTokens;
    private long _roundSteps;
    private long _lastReport;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The latest value of each metric that observers reported.</summary>
    public IReadOnlyDictionary<string, double> Evaluations => _reporter.Metrics;

    public TrainingResult Result => new()
    {
        Progress = _reporter.Last,
        Metrics = _reporter.Metrics,
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

    /// <summary>Reports.</summary>
    /// <returns>The report, with what observers measured.</returns>
    public ValueTask<TrainingProgress> ReportAsync(bool endOfRound)
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
            EstimatedRemaining = EstimateRemaining(elapsed, fraction),
            StepsPerSecond = (figures.Steps - _phaseSteps) / elapsed.TotalSeconds,
            TokensPerSecond = (figures.Tokens - _phaseTokens) / elapsed.TotalSeconds,
            LearningRateScale = health.State.LearningRateScale,
        });
        DivergenceSigns signs = endOfRound ? health.Observe(report, figures) : health.Signs;
        if (report.StepsNotFinite > 0)
            signs |= DivergenceSigns.NotFinite;
        return _reporter.ReportAsync(report with { Signs = signs }, cancellation);
    }

    // A training until cancelled has so many rounds that no time span is long enough.
    private static TimeSpan? EstimateRemaining(TimeSpan elapsed, double fraction)
    {
        double seconds = elapsed.TotalSeconds * (1 - fraction) / fraction;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
