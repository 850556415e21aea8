namespace SeqGan.Training;

/// <summary>The books on a training's steps: figures, telemetry and log. It rejects values that are not finite.</summary>
internal sealed class TrainingRecorder(TrainerComponents components, TrainingFigures figures, TrainingHealth health)
{
    private readonly ILogger _logger = components.Logger;
    private readonly IScoreTally? _tally = components.RewardEstimator as IScoreTally;
    private readonly HashSet<string> _neverApplied = new(StringComparer.Ordinal);
    private Dictionary<string, ScoreTally> _talliesBefore = [];
    private bool _hasLoggedThatItDoesNotTrain;

    public TrainingPhase Phase { get; set; } = TrainingPhase.GeneratorPretraining;

    /// <summary>From 1.</summary>
    public int Round { get; set; }

    public void BeginTraining()
    {
        (Phase, Round, _hasLoggedThatItDoesNotTrain) = (TrainingPhase.GeneratorPretraining, 0, false);
        _neverApplied.Clear();
    }

    public void Record(GeneratorStep step, GeneratorObjective objective, int tokens)
    {
        const string Hint = "Lower the generator's learning rate or the norm that its gradient is clipped at.";
        if (TryAccept("generator loss", step.Loss, Hint)
            && TryAccept("generator negative log-likelihood", step.NegativeLogLikelihood, Hint))
        {
            figures.CountStep("generator", tokens);
            figures.Record(TrainingMetric.GeneratorLoss, step.Loss);
            figures.Record(
                objective == GeneratorObjective.MaximumLikelihood ? TrainingMetric.NegativeLogLikelihood : TrainingMetric.PolicyEntropy,
                step.NegativeLogLikelihood);
            figures.Record(TrainingMetric.GeneratorGradientNorm, step.GradientNorm);
        }

        CheckWeights("generator", components.Generator);
    }

    public void Record(DiscriminatorStep step, int tokens)
    {
        const string Hint = "Lower the discriminator's learning rate; a discriminator of your own must report its loss.";
        if (!TryAccept("discriminator loss", step.Loss, Hint))
            return;
        figures.CountStep("discriminator", tokens);
        figures.Record(TrainingMetric.DiscriminatorLoss, step.Loss);
        figures.Record(TrainingMetric.DiscriminatorAccuracy, step.Accuracy);
        figures.Record(TrainingMetric.RealScore, step.RealScore);
        figures.Record(TrainingMetric.GeneratedScore, step.GeneratedScore);
        figures.Record(TrainingMetric.DiscriminatorGradientNorm, step.GradientNorm);
    }

    public void Record(TrainingMetric metric, double value) => figures.Record(metric, value);

    /// <summary>Rejects weights that are not finite.</summary>
    public void CheckWeights(string model, object component)
    {
        if (component is ICheckpointable { IsFinite: false })
            Reject($"{model}'s weights", double.NaN, $"Lower the {model}'s learning rate; from here on only an earlier checkpoint helps.");
    }

    /// <summary>The next scores are a step's; scorers also count those of estimations that were taken back, and of selections.</summary>
    public void BeginEstimation() => _talliesBefore = CountScores();

    /// <summary>Records a batch's rewards, or rejects the step; true if the step may be taken.</summary>
    public bool TryRecordRewards(TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        figures.Record(TrainingMetric.SampleUniqueness, (double)SequenceComparer.Distinct(sequences).Count / sequences.Count);
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
        figures.Record(TrainingMetric.RewardMean, mean);
        figures.Record(TrainingMetric.RewardDeviation, Math.Sqrt(Math.Max(0, squares / sequences.TokenCount - mean * mean)));
        RecordScores();
        return true;
    }

    /// <summary>Records a batch's divergence from the reference, or rejects the step; true if the step may be taken.</summary>
    public bool TryRecordKl(double kl, double coefficient)
    {
        if (!TryAccept("divergence from the pre-trained generator", kl, "Lower the generator's learning rate."))
            return false;
        figures.Record(TrainingMetric.Kl, kl);
        figures.Record(TrainingMetric.KlCoefficient, coefficient);
        return true;
    }

    /// <summary>Rejects the step if a quantity is not finite; true if the step may be taken.</summary>
    public bool TryAccept(string quantity, double value, string hint)
    {
        if (!double.IsFinite(value))
            Reject(quantity, value, hint);
        return double.IsFinite(value);
    }

    public void LogPatienceExhausted(double loss, int patience) =>
        Log.PatienceExhausted(_logger, Phase.ToString(), Round, loss, patience);

    /// <summary>Logs it once a training.</summary>
    public void LogDiscriminatorDoesNotTrain(string discriminator)
    {
        if (!_hasLoggedThatItDoesNotTrain)
            Log.DiscriminatorDoesNotTrain(_logger, Phase.ToString(), Round, discriminator);
        _hasLoggedThatItDoesNotTrain = true;
    }

    public void LogCancelled() => Log.Cancelled(_logger, Phase.ToString(), figures.Steps);

    public void LogFailed() => Log.Failed(_logger, Phase.ToString(), figures.Steps);

    public void LogRolledBack(TrainingDivergedException divergence, string checkpoint) => Log.RolledBack(
        _logger, divergence.Phase.ToString(), divergence.Step, divergence.Quantity, checkpoint, health.State.LearningRateScale);

    // Ends the training, unless the user wants it to continue without the step.
    private void Reject(string quantity, double value, string hint)
    {
        figures.CountNotFinite();
        if (health.ActionOn(DivergenceSigns.NotFinite) != DivergenceAction.Continue)
        {
            Log.Diverged(_logger, Phase.ToString(), figures.Steps, quantity, value);
            throw new TrainingDivergedException(Phase, figures.Steps, quantity, value, hint);
        }

        Log.StepPassedOver(_logger, Phase.ToString(), quantity, value, figures.Steps, hint);
    }

    // What each of several scorers gave the generator's sequences.
    private void RecordScores()
    {
        foreach (ScoreSummary score in _tally?.Components ?? [])
            figures.Record(score);

        foreach ((string scorer, ScoreTally total) in CountScores())
        {
            ScoreTally step = total.Since(_talliesBefore.GetValueOrDefault(scorer));
            if (step.NotApplicable > 0)
            {
                figures.Record(TrainingMetric.ScoresNotApplicable, step.NotApplicable, scorer);
                Log.ScoresNotApplicable(_logger, Phase.ToString(), Round, scorer, step.NotApplicable);
            }

            if (step.Failures > 0)
                Log.ScorerFailuresSkipped(_logger, Phase.ToString(), Round, scorer, step.Failures, total.LastFailure);
            else if (step.Scores > 0 && step.Scores == step.NotApplicable && _neverApplied.Add(scorer))
                Log.ScorerNeverApplied(_logger, Phase.ToString(), Round, scorer, step.Scores);
        }
    }

    private Dictionary<string, ScoreTally> CountScores() => (_tally?.Tallies ?? [])
        .GroupBy(scorer => scorer.Name).ToDictionary(scorer => scorer.Key, scorer => scorer.Aggregate((one, other) => one.Plus(other)));
}
