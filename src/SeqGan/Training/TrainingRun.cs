using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>One call of the training: where it stands, its clock, and the books on its steps.</summary>
internal sealed class TrainingRun
{
    private readonly TrainingFigures _figures;
    private readonly TrainingHealth _health;
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

    public TrainingRun(
        TrainerComponents components, TrainingFigures figures, TrainingHealth health, IReadOnlyDictionary<string, double> evaluations,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _figures = figures;
        _health = health;
        _reporter = new ProgressReporter(components, evaluations, progress);
        _logger = components.Logger;
        _interval = components.Options.ProgressInterval;
        _stepsBefore = figures.Steps;
        Cancellation = cancellation;
    }

    public CancellationToken Cancellation { get; }

    public TrainingPhase Phase => _phase;

    /// <summary>The latest value of each metric that observers reported.</summary>
    public IReadOnlyDictionary<string, double> Evaluations => _reporter.Metrics;

    public TrainingResult Result => new()
    {
        Progress = _reporter.Last,
        Metrics = _reporter.Metrics,
        Steps = _figures.Steps - _stepsBefore,
        Elapsed = Stopwatch.GetElapsedTime(_started),
    };

    public Activity? StartPhase(TrainingPhase phase, int rounds, long stepsPerRound)
    {
        (_phase, _rounds, _stepsPerRound) = (phase, rounds, stepsPerRound);
        (_phaseSteps, _phaseTokens) = (_figures.Steps, _figures.Tokens);
        _figures.StartPhase(phase);
        _phaseStarted = _lastReport = Stopwatch.GetTimestamp();
        Log.PhaseStarted(_logger, phase.ToString(), rounds, stepsPerRound);
        return SeqGanTelemetry.StartPhase(phase.ToString());
    }

    public void EndPhase() => Log.PhaseEnded(_logger, _phase.ToString(), Stopwatch.GetElapsedTime(_phaseStarted));

    /// <summary>Begins a round, or goes on with one.</summary>
    /// <param name="round">From 1.</param>
    /// <param name="roundSteps">The steps of both models when the round began.</param>
    public Activity? EnterRound(int round, long roundSteps)
    {
        (_round, _roundSteps) = (round, roundSteps);
        return SeqGanTelemetry.StartRound(_phase.ToString(), round);
    }

    /// <summary>Reports the end of a round.</summary>
    /// <returns>The report, with what observers measured.</returns>
    public ValueTask<TrainingProgress> EndRoundAsync() => ReportAsync(endOfRound: true);

    /// <summary>Reports from within a round, if it is time.</summary>
    public async ValueTask ReportIfDueAsync()
    {
        if (_interval > TimeSpan.Zero && Stopwatch.GetElapsedTime(_lastReport) >= _interval)
            await ReportAsync(endOfRound: false).ConfigureAwait(false);
    }

    public void Record(GeneratorStep step, GeneratorObjective objective, int tokens)
    {
        const string hint = "Lower the generator's learning rate or the norm that its gradient is clipped at.";
        if (IsPassedOver("generator loss", step.Loss, hint) || IsPassedOver("generator negative log-likelihood", step.NegativeLogLikelihood, hint))
            return;
        _figures.CountStep("generator", tokens);
        _figures.Record(TrainingMetric.GeneratorLoss, step.Loss);
        _figures.Record(
            objective == GeneratorObjective.MaximumLikelihood ? TrainingMetric.NegativeLogLikelihood : TrainingMetric.PolicyEntropy,
            step.NegativeLogLikelihood);
        _figures.Record(TrainingMetric.GeneratorGradientNorm, step.GradientNorm);
    }

    public void Record(DiscriminatorStep step, int tokens)
    {
        if (IsPassedOver("discriminator loss", step.Loss, "Lower the discriminator's learning rate; one of your own must report its loss."))
            return;
        _figures.CountStep("discriminator", tokens);
        _figures.Record(TrainingMetric.DiscriminatorLoss, step.Loss);
        _figures.Record(TrainingMetric.DiscriminatorAccuracy, step.Accuracy);
        _figures.Record(TrainingMetric.RealScore, step.RealScore);
        _figures.Record(TrainingMetric.GeneratedScore, step.GeneratedScore);
        _figures.Record(TrainingMetric.DiscriminatorGradientNorm, step.GradientNorm);
    }

    /// <summary>Looks at a model's weights at the end of a round.</summary>
    public void RecordWeights(string model, object component)
    {
        if (component is ICheckpointable { IsFinite: false })
            IsPassedOver($"{model}'s weights", double.NaN, $"Lower the {model}'s learning rate; from here on only an earlier checkpoint helps.");
    }

    /// <summary>Looks at a batch's divergence.</summary>
    /// <returns>False where it is not finite, and the step is to be passed over.</returns>
    public bool RecordKl(double kl, double coefficient)
    {
        if (!IsFinite("divergence from the pre-trained generator", kl, "Lower the generator's learning rate."))
            return false;
        _figures.Record(TrainingMetric.Kl, kl);
        _figures.Record(TrainingMetric.KlCoefficient, coefficient);
        return true;
    }

    public void Record(TrainingMetric metric, double value) => _figures.Record(metric, value);

    /// <summary>Whether a step may be taken: what is not finite ends the training, or the step is to be passed over.</summary>
    public bool IsFinite(string quantity, double value, string hint) => !IsPassedOver(quantity, value, hint);

    /// <summary>Looks at a batch's rewards.</summary>
    /// <returns>False where one is not finite, and the step is to be passed over.</returns>
    public bool RecordRewards(TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        double sum = 0, squares = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float reward in rewards.Slice(row * sequences.Length, sequences.LengthOf(row)))
            {
                if (IsPassedOver("reward", reward, "A reward estimator gives finite rewards: check what it computes."))
                    return false;
                sum += reward;
                squares += (double)reward * reward;
            }
        }

        double mean = sum / sequences.TokenCount;
        double deviation = Math.Sqrt(Math.Max(0, squares / sequences.TokenCount - mean * mean));
        _figures.Record(TrainingMetric.RewardMean, mean);
        _figures.Record(TrainingMetric.RewardDeviation, deviation);
        return true;
    }

    public void RecordNotApplicable(string scorer, long count)
    {
        _figures.Record(TrainingMetric.ScoresNotApplicable, count, scorer);
        Log.ScoresNotApplicable(_logger, _phase.ToString(), _round, scorer, count);
    }

    /// <summary>What each of several scorers gave the generator's sequences.</summary>
    public void RecordScores(IEnumerable<ScoreSummary> components)
    {
        foreach (ScoreSummary score in components)
            _figures.Record(score);
    }

    public void RecordHeldOut(HeldOutAccuracy accuracy)
    {
        _figures.Record(TrainingMetric.HeldOutAccuracy, accuracy.Balanced);
        _figures.Record(TrainingMetric.HeldOutRealAccuracy, accuracy.Real);
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

    public void LogCancelled() => Log.Cancelled(_logger, _phase.ToString(), _figures.Steps);

    private ValueTask<TrainingProgress> ReportAsync(bool endOfRound)
    {
        _lastReport = Stopwatch.GetTimestamp();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_phaseStarted);
        double inRound = endOfRound ? 1 : Math.Min(1, (_figures.Steps - _roundSteps) / (double)Math.Max(1, _stepsPerRound));
        double fraction = (_round - 1 + inRound) / _rounds;
        TrainingProgress progress = _figures.Fill(new TrainingProgress
        {
            Phase = _phase,
            Round = _round,
            Rounds = _rounds,
            EndOfRound = endOfRound,
            Fraction = fraction,
            Elapsed = Stopwatch.GetElapsedTime(_started),
            EstimatedRemaining = EstimateRemaining(elapsed, fraction),
            StepsPerSecond = (_figures.Steps - _phaseSteps) / elapsed.TotalSeconds,
            TokensPerSecond = (_figures.Tokens - _phaseTokens) / elapsed.TotalSeconds,
            LearningRateScale = _health.State.LearningRateScale,
        });
        DivergenceSigns signs = endOfRound ? _health.Observe(progress, _figures) : _health.Signs;
        if (progress.StepsNotFinite > 0)
            signs |= DivergenceSigns.NotFinite;
        progress = progress with { Signs = signs };
        return _reporter.ReportAsync(progress, Cancellation);
    }

    // Who trains until cancelled asks for so many rounds that no time span holds the estimate.
    private static TimeSpan? EstimateRemaining(TimeSpan elapsed, double fraction)
    {
        double seconds = elapsed.TotalSeconds * (1 - fraction) / fraction;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    // What is not finite ends the training, unless the user wants to go on without the step.
    private bool IsPassedOver(string quantity, double value, string hint)
    {
        if (double.IsFinite(value))
            return false;
        _figures.CountNotFinite();
        if (_health.ActionOn(DivergenceSigns.NotFinite) == DivergenceAction.Continue)
        {
            Log.StepPassedOver(_logger, _phase.ToString(), quantity, value, _figures.Steps, hint);
            return true;
        }

        Log.Diverged(_logger, _phase.ToString(), _figures.Steps, quantity, value);
        throw new TrainingDivergedException(_phase, _figures.Steps, quantity, value, hint);
    }
}
