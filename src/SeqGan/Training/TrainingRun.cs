using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>One call of the training: where it stands, its clock, and the books on its steps.</summary>
internal sealed class TrainingRun
{
    private readonly TrainingMetrics _metrics;
    private readonly ProgressReporter _reporter;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _stepsBefore;
    private TrainingPhase _phase;
    private int _round;
    private bool _saidThatItDoesNotTrain;
    private int _rounds;
    private long _stepsPerRound;
    private long _phaseStarted;
    private long _phaseSteps;
    private long _phaseTokens;
    private long _roundSteps;
    private long _lastReport;

    public TrainingRun(TrainerComponents components, TrainingMetrics metrics, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _metrics = metrics;
        _reporter = new ProgressReporter(components, progress);
        _logger = components.Logger;
        _interval = components.Options.ProgressInterval;
        _stepsBefore = metrics.Steps;
        Cancellation = cancellation;
    }

    public CancellationToken Cancellation { get; }

    public TrainingResult Result => new()
    {
        Progress = _reporter.Last,
        Metrics = _reporter.Metrics,
        Steps = _metrics.Steps - _stepsBefore,
        Elapsed = Stopwatch.GetElapsedTime(_started),
    };

    public Activity? StartPhase(TrainingPhase phase, int rounds, long stepsPerRound)
    {
        (_phase, _rounds, _stepsPerRound) = (phase, rounds, stepsPerRound);
        (_phaseSteps, _phaseTokens) = (_metrics.Steps, _metrics.Tokens);
        _phaseStarted = _lastReport = Stopwatch.GetTimestamp();
        Log.PhaseStarted(_logger, phase.ToString(), rounds, stepsPerRound);
        return SeqGanTelemetry.StartPhase(phase.ToString());
    }

    public void EndPhase() => Log.PhaseEnded(_logger, _phase.ToString(), Stopwatch.GetElapsedTime(_phaseStarted));

    public Activity? StartRound(int round)
    {
        _round = round;
        _roundSteps = _metrics.Steps;
        _metrics.StartRound();
        return SeqGanTelemetry.StartRound(_phase.ToString(), round);
    }

    public ValueTask EndRoundAsync() => ReportAsync(endOfRound: true);

    /// <summary>Reports from within a round, if it is time.</summary>
    public ValueTask ReportIfDueAsync() =>
        _interval > TimeSpan.Zero && Stopwatch.GetElapsedTime(_lastReport) >= _interval ? ReportAsync(endOfRound: false) : ValueTask.CompletedTask;

    public void Record(GeneratorStep step, GeneratorObjective objective, int tokens)
    {
        _metrics.Add(step, objective, tokens);
        const string hint = "Lower the generator's learning rate or the norm that its gradient is clipped at.";
        ThrowIfNotFinite("generator loss", step.Loss, hint);
        ThrowIfNotFinite("generator negative log-likelihood", step.NegativeLogLikelihood, hint);
        SeqGanTelemetry.RecordGeneratorStep(_phase.ToString(), tokens, step.Loss, step.NegativeLogLikelihood, step.GradientNorm);
    }

    public void Record(DiscriminatorStep step, int tokens)
    {
        _metrics.Add(step, tokens);
        ThrowIfNotFinite("discriminator loss", step.Loss, "Lower the discriminator's learning rate; one of your own must report its loss.");
        SeqGanTelemetry.RecordDiscriminatorStep(_phase.ToString(), tokens, step.Loss, step.Accuracy, step.GradientNorm);
    }

    public void RecordRewards(TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        double sum = 0, squares = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float reward in rewards.Slice(row * sequences.Length, sequences.LengthOf(row)))
            {
                ThrowIfNotFinite("reward", reward, "A reward estimator gives finite rewards: check what it computes.");
                sum += reward;
                squares += (double)reward * reward;
            }
        }

        double mean = sum / sequences.TokenCount;
        double deviation = Math.Sqrt(Math.Max(0, squares / sequences.TokenCount - mean * mean));
        _metrics.AddRewards(mean, deviation);
        SeqGanTelemetry.RecordRewards(mean, deviation);
    }

    public void RecordNotApplicable(string scorer, long count)
    {
        _metrics.AddNotApplicable(count);
        SeqGanTelemetry.RecordNotApplicable(scorer, count);
        Log.ScoresNotApplicable(_logger, _phase.ToString(), _round, scorer, count);
    }

    public void RecordHeldOut(HeldOutAccuracy accuracy)
    {
        _metrics.Set(accuracy);
        SeqGanTelemetry.RecordHeldOut(accuracy.Balanced, accuracy.Real);
    }

    public void LogPatienceExhausted(double accuracy, int patience) =>
        Log.PatienceExhausted(_logger, _phase.ToString(), _round, accuracy, patience);

    /// <summary>Says it once a run.</summary>
    public void LogDiscriminatorDoesNotTrain(string discriminator)
    {
        if (!_saidThatItDoesNotTrain)
            Log.DiscriminatorDoesNotTrain(_logger, _phase.ToString(), _round, discriminator);
        _saidThatItDoesNotTrain = true;
    }

    public void LogCancelled() => Log.Cancelled(_logger, _phase.ToString(), _metrics.Steps);

    private ValueTask ReportAsync(bool endOfRound)
    {
        _lastReport = Stopwatch.GetTimestamp();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_phaseStarted);
        double inRound = endOfRound ? 1 : Math.Min(1, (_metrics.Steps - _roundSteps) / (double)Math.Max(1, _stepsPerRound));
        double fraction = (_round - 1 + inRound) / _rounds;
        TrainingProgress progress = _metrics.Fill(new TrainingProgress
        {
            Phase = _phase,
            Round = _round,
            Rounds = _rounds,
            EndOfRound = endOfRound,
            Fraction = fraction,
            Elapsed = Stopwatch.GetElapsedTime(_started),
            EstimatedRemaining = EstimateRemaining(elapsed, fraction),
            StepsPerSecond = (_metrics.Steps - _phaseSteps) / elapsed.TotalSeconds,
            TokensPerSecond = (_metrics.Tokens - _phaseTokens) / elapsed.TotalSeconds,
        });
        return _reporter.ReportAsync(progress, Cancellation);
    }

    // Who trains until cancelled asks for so many rounds that no time span holds the estimate.
    private static TimeSpan? EstimateRemaining(TimeSpan elapsed, double fraction)
    {
        double seconds = elapsed.TotalSeconds * (1 - fraction) / fraction;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private void ThrowIfNotFinite(string quantity, double value, string hint)
    {
        if (double.IsFinite(value))
            return;
        Log.Diverged(_logger, _phase.ToString(), _metrics.Steps, quantity, value);
        throw new TrainingDivergedException(_phase, _metrics.Steps, quantity, value, hint);
    }
}
