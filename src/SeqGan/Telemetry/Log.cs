namespace SeqGan.Telemetry;

/// <summary>What SeqGan logs. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Phase} starts: {Rounds} rounds of {Steps} steps")]
    public static partial void PhaseStarted(ILogger logger, string phase, int rounds, long steps);

    [LoggerMessage(2, LogLevel.Information, "{Phase} ended after {Elapsed}")]
    public static partial void PhaseEnded(ILogger logger, string phase, TimeSpan elapsed);

    [LoggerMessage(3, LogLevel.Information, "{Progress}")]
    public static partial void RoundEnded(ILogger logger, object progress);

    [LoggerMessage(4, LogLevel.Information, "{Phase} {Round}: {Metric} = {Value}")]
    public static partial void Evaluated(ILogger logger, string phase, int round, string metric, double value);

    [LoggerMessage(5, LogLevel.Information,
        "{Phase} {Round}: the discriminator stops: its held-out loss {Loss} has not improved for {Patience} epochs")]
    public static partial void PatienceExhausted(ILogger logger, string phase, int round, double loss, int patience);

    [LoggerMessage(6, LogLevel.Debug, "{Phase} {Round}: scorer '{Scorer}' did not apply {Count} times; these scores were left out")]
    public static partial void ScoresNotApplicable(ILogger logger, string phase, int round, string scorer, long count);

    [LoggerMessage(7, LogLevel.Error, "{Phase} diverged at step {Step}: the {Quantity} is {Value}")]
    public static partial void Diverged(ILogger logger, string phase, long step, string quantity, double value);

    [LoggerMessage(8, LogLevel.Information, "Training was cancelled in {Phase} after step {Step}; the models keep what they learned")]
    public static partial void Cancelled(ILogger logger, string phase, long step);

    [LoggerMessage(9, LogLevel.Information,
        "{Phase} {Round}: discriminator '{Discriminator}' does not train; if it should, check that its module registers its parameters")]
    public static partial void DiscriminatorDoesNotTrain(ILogger logger, string phase, int round, string discriminator);

    [LoggerMessage(20, LogLevel.Warning,
        "Adversarial {Round}: the discriminator has won: for {Rounds} rounds its accuracy was {Accuracy} and rewards deviated "
        + "by only {Deviation}. {Hint}")]
    public static partial void DiscriminatorWon(ILogger logger, int round, double? accuracy, double? deviation, int rounds, string hint);

    [LoggerMessage(21, LogLevel.Warning,
        "Adversarial {Round}: the generator has collapsed: for {Rounds} rounds its entropy was {Entropy} nats a token and "
        + "{Uniqueness} of its samples were different. {Hint}")]
    public static partial void GeneratorCollapsed(ILogger logger, int round, double? entropy, double? uniqueness, int rounds, string hint);

    [LoggerMessage(22, LogLevel.Warning, "{Phase}: the {Quantity} is {Value} at step {Step}; the step was skipped. {Hint}")]
    public static partial void StepPassedOver(ILogger logger, string phase, string quantity, double value, long step, string hint);

    [LoggerMessage(23, LogLevel.Warning,
        "{Phase} diverged at step {Step} ({Quantity}); the training returns to {Checkpoint}, and learning rates are multiplied "
        + "by {Scale}")]
    public static partial void RolledBack(ILogger logger, string phase, long step, string quantity, string checkpoint, double scale);

    [LoggerMessage(24, LogLevel.Information,
        "{Phase} stopped early after {Round} of {Rounds} {Unit}: {Metric} has not improved on {Best:0.####} for {Patience} values")]
    public static partial void EarlyStopped(
        ILogger logger, string phase, int round, int rounds, string unit, string metric, double best, int patience);

    [LoggerMessage(25, LogLevel.Information, "{Phase}: the generator is restored to its best {Metric}")]
    public static partial void BestRestored(ILogger logger, string phase, string metric);

    [LoggerMessage(26, LogLevel.Warning, "{Phase}: early stopping waits for the metric '{Metric}', which no report of the phase contained")]
    public static partial void MetricNeverSeen(ILogger logger, string phase, string metric);

    [LoggerMessage(40, LogLevel.Warning,
        "Adversarial {Round}: the divergence stays above its target of {Target} nats a token, although a nat costs "
        + "{Coefficient}, the maximum. Lower the policy gradient's learning rate, or raise KlTarget")]
    public static partial void KlStaysAbove(ILogger logger, int round, double target, double coefficient);

    [LoggerMessage(41, LogLevel.Warning,
        "Adversarial {Round}: the divergence stays below its target of {Target} nats a token, although a nat costs "
        + "{Coefficient}, the minimum: the rewards do not push the policy that far. Lower KlTarget, or leave it out")]
    public static partial void KlStaysBelow(ILogger logger, int round, double target, double coefficient);

    [LoggerMessage(42, LogLevel.Warning,
        "The adversarial phase ended with a divergence of {Kl} nats a token, far from its target of {Target}; a nat costs "
        + "{Coefficient}. Start from a KlCoefficient nearer to that, train longer, or set another KlTarget")]
    public static partial void KlMissed(ILogger logger, double kl, double target, double coefficient);

    [LoggerMessage(27, LogLevel.Information, "The training resumes from {Checkpoint}: {Phase}, after round {Round} and step {Step}")]
    public static partial void Resumed(ILogger logger, string checkpoint, string phase, int round, long step);

    [LoggerMessage(28, LogLevel.Information, "{Directory} has no checkpoint: the training starts from the beginning")]
    public static partial void NothingToResume(ILogger logger, string directory);

    [LoggerMessage(29, LogLevel.Warning,
        "{Component} has no state in {Checkpoint} and starts empty: the result is not exactly that of an uninterrupted training")]
    public static partial void StartsAnew(ILogger logger, string component, string checkpoint);

    [LoggerMessage(30, LogLevel.Information,
        "Option {Option} was {Before} when {Checkpoint} was written and is {After} now; the new value is used")]
    public static partial void OptionChanged(ILogger logger, string option, string before, string after, string checkpoint);

    [LoggerMessage(31, LogLevel.Information, "Checkpoint {Path} of step {Step} was written: {Bytes} bytes in {Elapsed}")]
    public static partial void CheckpointWritten(ILogger logger, string path, long step, long bytes, TimeSpan elapsed);

    [LoggerMessage(32, LogLevel.Error, "No checkpoint of step {Step}: {Reason}")]
    public static partial void CheckpointFailed(ILogger logger, long step, string reason, Exception exception);

    [LoggerMessage(33, LogLevel.Warning, "Checkpoint {Path} is skipped, and kept: {Reason}")]
    public static partial void CheckpointSkipped(ILogger logger, string path, string reason);

    [LoggerMessage(34, LogLevel.Warning, "{Path} is no longer needed, and could not be removed: {Reason}")]
    public static partial void CheckpointNotRemoved(ILogger logger, string path, string reason);

    [LoggerMessage(35, LogLevel.Error, "Checkpoint {Path} was written, but the callback for it failed")]
    public static partial void ListenerFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(36, LogLevel.Information,
        "Of the corpus, {Training} of {TrainingCount} training and {HeldOut} of {HeldOutCount} held-out sequences break the "
        + "constraint '{Constraint}'; pre-training learns from them nevertheless")]
    public static partial void DataBreakConstraint(
        ILogger logger, object constraint, int training, int trainingCount, int heldOut, int heldOutCount);

    [LoggerMessage(44, LogLevel.Information,
        "The corpus was made of {Read} sequences: {Training} to train on, {HeldOut} held out, left out: {LeftOut}")]
    public static partial void CorpusRead(ILogger logger, int read, int training, int heldOut, string leftOut);

    [LoggerMessage(45, LogLevel.Warning, "The corpus, {Kind}: {Message}")]
    public static partial void CorpusWarning(ILogger logger, object kind, string message);

    [LoggerMessage(43, LogLevel.Information, "Sampling with seed {Seed}, drawn because none was given")]
    public static partial void SeedDrawn(ILogger logger, ulong seed);

    [LoggerMessage(60, LogLevel.Information, "Training failed in {Phase} after step {Step}; the models keep what they learned")]
    public static partial void Failed(ILogger logger, string phase, long step);

    [LoggerMessage(61, LogLevel.Warning,
        "Discriminator '{Discriminator}' cannot learn: its module has no registered parameter. Call RegisterComponents at the end of the "
        + "module's constructor, and put a list of modules into a ModuleList")]
    public static partial void ModuleWithoutParameters(ILogger logger, string discriminator);

    [LoggerMessage(62, LogLevel.Warning,
        "Discriminator '{Discriminator}' trained and gave the loss {Loss}, which counts as divergence: set DiscriminatorStep.Loss to a "
        + "finite number")]
    public static partial void DiscriminatorWithoutLoss(ILogger logger, string discriminator, double loss);

    [LoggerMessage(63, LogLevel.Warning, "{Option} is '{Metric}', which nothing reports in {Phase}: {Hint}")]
    public static partial void MetricNotReported(ILogger logger, string option, string metric, string phase, string hint);

    [LoggerMessage(64, LogLevel.Warning,
        "{Phase} {Round}: scorer '{Scorer}' applied to none of the {Count} sequences that it was asked for: each score was NaN and was "
        + "left out. If no other scorer applies either, every reward is 0 and the generator learns nothing. Check what the scorer "
        + "computes")]
    public static partial void ScorerNeverApplied(ILogger logger, string phase, int round, string scorer, long count);

    [LoggerMessage(65, LogLevel.Warning,
        "{Phase} {Round}: scorer '{Scorer}' failed {Failures} times; the scores of these calls were left out. The last failure: {Reason}")]
    public static partial void ScorerFailuresSkipped(
        ILogger logger, string phase, int round, string scorer, long failures, string? reason);

    [LoggerMessage(66, LogLevel.Information, "The hosted training ended: {Steps} steps in {Elapsed}")]
    public static partial void HostedTrainingEnded(ILogger logger, long steps, TimeSpan elapsed);

    [LoggerMessage(69, LogLevel.Error, "The hosted training failed, which ends the host")]
    public static partial void HostedTrainingFailed(ILogger logger, Exception error);

    [LoggerMessage(67, LogLevel.Warning, "Scorer '{Scorer}' failed when it was tried before the training, and will be skipped: {Reason}")]
    public static partial void ScorerFailedTrial(ILogger logger, string scorer, string? reason);

    [LoggerMessage(68, LogLevel.Warning, "{Estimator} gave a token of sequence {Row} the reward {Reward} when it was tried before the "
        + "training: a reward estimator gives every token a finite reward")]
    public static partial void RewardNotFinite(ILogger logger, string estimator, float reward, int row);

    [LoggerMessage(70, LogLevel.Warning,
        "There are rewards and no adversarial rounds, so the generator does not learn from them: set TrainingOptions.AdversarialRounds, "
        + "or PlanOptions.Rounds if SeqGanOptions.For makes the options")]
    public static partial void RewardsWithoutRounds(ILogger logger);

    [LoggerMessage(71, LogLevel.Warning,
        "The discriminator's log-odds are not calibrated: {HeldOut} sequences are held out, and {Needed} are needed. Refined sampling "
        + "takes them as they are; to calibrate them, hold out more")]
    public static partial void NotCalibrated(ILogger logger, int heldOut, int needed);

    [LoggerMessage(72, LogLevel.Information,
        "The discriminator cannot tell the {HeldOut} held-out sequences from generated ones: refined sampling changes nothing")]
    public static partial void NothingToRefine(ILogger logger, int heldOut);

    [LoggerMessage(73, LogLevel.Warning, "The compiled model has no discriminator: {Reason}")]
    public static partial void DiscriminatorLeftOut(ILogger logger, string reason);
}
