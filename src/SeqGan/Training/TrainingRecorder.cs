using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>The books on a training's steps: figures, telemetry and log. It rejects what is not finite.</summary>
internal sealed class TrainingRecorder(TrainerComponents components, TrainingMetrics metrics, TrainingHealth health)
{
    private readonly ILogger _logger = components.Logger;
    private readonly IScoreTally? _tally = components.RewardEstimator as IScoreTally;
    private Dictionary<string, long> _notApplicableBefore = [];
    private bool _hasLoggedThatItDoesNotTrain;

    public TrainingPhase Phase { get; set; } = TrainingPhase.GeneratorPretraining;

    /// <summary>From 1.</summary>
    public int Round { get; set; }

    public void BeginTraining() => (Phase, Round, _hasLoggedThatItDoesNotTrain) = (TrainingPhase.GeneratorPretraining, 0, false);

    public void Record(GeneratorStep step, GeneratorObjective objective, int tokens)
    {
        const string Hint = "Lower the generator's learning rate or the norm that its gradient is clipped at.";
        if (TryAccept("generator loss", step.Loss, Hint)
            && TryAccept("generator negative log-likelihood", step.NegativeLogLikelihood, Hint))
        {
            metrics.Add(step, objective, tokens);
            SeqGanTelemetry.RecordGeneratorStep(Phase.ToString(), tokens, step.Loss, step.NegativeLogLikelihood, step.GradientNorm);
        }

        CheckWeights("generator", components.Generator);
    }

    public void Record(DiscriminatorStep step, int tokens)
    {
        const string Hint = "Lower the discriminator's learning rate; a discriminator of your own must report its loss.";
        if (!TryAccept("discriminator loss", step.Loss, Hint))
            return;
        metrics.Add(step, tokens);
        SeqGanTelemetry.RecordDiscriminatorStep(Phase.ToString(), tokens, step.Loss, step.Accuracy, step.GradientNorm);
    }

    public void Record(HeldOutAccuracy accuracy)
    {
        metrics.Set(accuracy);
        SeqGanTelemetry.RecordHeldOut(accuracy.Balanced, accuracy.Real);
    }

    /// <summary>Rejects weights that are not finite.</summary>
    public void CheckWeights(string model, object component)
    {
        if (component is ICheckpointable { IsFinite: false })
            Reject($"{model}'s weights", double.NaN, $"Lower the {model}'s learning rate; from here on only an earlier checkpoint helps.");
    }

    /// <summary>The next scores are a step's; scorers also count those of estimations that were taken back, and of selections.</summary>
    public void BeginEstimation() => _notApplicableBefore = CountNotApplicable();

    /// <summary>Records a batch's rewards, or rejects the step.</summary>
    /// <returns>Whether the step may be taken.</returns>
    public bool TryRecordRewards(TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        double uniqueness = (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;
        metrics.AddUniqueness(uniqueness);
        SeqGanTelemetry.RecordUniqueness(uniqueness);
        double sum = 0, squares = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float reward in rewards.Slice(row * sequences.Length, sequences.LengthOf(row)))
            {
                if (!TryAccept("reward", reward, "A reward estimator gives finite rewards: check what it computes."))
                    return false;
                sum += reward;
                squares += (double)reward * reward;
            }
        }

        double mean = sum / sequences.TokenCount;
        double deviation = Math.Sqrt(Math.Max(0, squares / sequences.TokenCount - mean * mean));
        metrics.AddRewards(mean, deviation);
        SeqGanTelemetry.RecordRewards(mean, deviation);
        RecordScores();
        return true;
    }

    /// <summary>Records a batch's divergence from the reference, or rejects the step.</summary>
    /// <returns>Whether the step may be taken.</returns>
    public bool TryRecordKl(double kl, double coefficient)
    {
        if (!TryAccept("divergence from the pre-trained generator", kl, "Lower the generator's learning rate."))
            return false;
        metrics.AddKl(kl, coefficient);
        SeqGanTelemetry.RecordKl(kl, coefficient);
        return true;
    }

    public void RecordClipped(double share)
    {
        metrics.AddClipped(share);
        SeqGanTelemetry.RecordClipped(share);
    }

    /// <summary>Rejects the step if a quantity is not finite.</summary>
    /// <returns>Whether the step may be taken.</returns>
    public bool TryAccept(string quantity, double value, string hint)
    {
        if (!double.IsFinite(value))
            Reject(quantity, value, hint);
        return double.IsFinite(value);
    }

    public void LogPatienceExhausted(double accuracy, int patience) =>
        Log.PatienceExhausted(_logger, Phase.ToString(), Round, accuracy, patience);

    /// <summary>Logs it once a training.</summary>
    public void LogDiscriminatorDoesNotTrain(string discriminator)
    {
        if (!_hasLoggedThatItDoesNotTrain)
            Log.DiscriminatorDoesNotTrain(_logger, Phase.ToString(), Round, discriminator);
        _hasLoggedThatItDoesNotTrain = true;
    }

    public void LogCancelled() => Log.Cancelled(_logger, Phase.ToString(), metrics.Steps);

    public void LogRolledBack(TrainingDivergedException divergence, string checkpoint) => Log.RolledBack(
        _logger, divergence.Phase.ToString(), divergence.Step, divergence.Quantity, checkpoint, health.State.LearningRateScale);

    // Ends the training, unless the user wants it to continue without the step.
    private void Reject(string quantity, double value, string hint)
    {
        SeqGanTelemetry.RecordDivergence(nameof(DivergenceSigns.NotFinite));
        metrics.AddNotFinite();
        if (health.ActionOn(DivergenceSigns.NotFinite) != DivergenceAction.Continue)
        {
            Log.Diverged(_logger, Phase.ToString(), metrics.Steps, quantity, value);
            throw new TrainingDivergedException(Phase, metrics.Steps, quantity, value, hint);
        }

        Log.StepPassedOver(_logger, Phase.ToString(), quantity, value, metrics.Steps, hint);
    }

    // What each of several scorers gave the generator's sequences.
    private void RecordScores()
    {
        foreach (ScoreSummary score in _tally?.Components ?? [])
        {
            metrics.AddScores(score);
            SeqGanTelemetry.RecordScores(score.Name, score.Mean, score.Deviation);
        }

        foreach ((string scorer, long total) in CountNotApplicable())
        {
            long count = total - _notApplicableBefore.GetValueOrDefault(scorer);
            if (count <= 0)
                continue;
            metrics.AddNotApplicable(count);
            SeqGanTelemetry.RecordNotApplicable(scorer, count);
            Log.ScoresNotApplicable(_logger, Phase.ToString(), Round, scorer, count);
        }
    }

    private Dictionary<string, long> CountNotApplicable() => (_tally?.NotApplicable ?? [])
        .GroupBy(scorer => scorer.Key, scorer => scorer.Value).ToDictionary(scorer => scorer.Key, scorer => scorer.Sum());
}
