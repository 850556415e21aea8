using Microsoft.Extensions.Logging.Abstractions;

namespace SeqGan.Training;

/// <summary>What a trainer is made of.</summary>
internal sealed record TrainerComponents
{
    /// <summary>What the reference is called in checkpoints.</summary>
    public const string KlReferenceName = "kl-reference";

    public required IGenerator Generator { get; init; }

    public required IDiscriminator Discriminator { get; init; }

    /// <summary>Told of each generator step; null where the reward estimator uses no rollouts.</summary>
    public IRollout? Rollout { get; init; }

    /// <summary>A copy of the generator that the policy gradient stays near; null without one.</summary>
    public IRolloutPolicy? KlReference { get; init; }

    public required IRewardEstimator RewardEstimator { get; init; }

    /// <summary>What the rewards come from; null where they have no known scorer.</summary>
    public ISequenceScorer? Scorer { get; init; }

    public required Corpus Corpus { get; init; }

    public SeqGanOptions Options { get; init; } = new();

    /// <summary>Where checkpoints go; null where none are written.</summary>
    public CheckpointStore? CheckpointStore { get; init; }

    /// <summary>Told of each checkpoint that has been written, on another thread than the training's.</summary>
    public Action<CheckpointInfo>? CheckpointWritten { get; init; }

    /// <summary>What may have a state that belongs in a checkpoint.</summary>
    public IReadOnlyList<CheckpointComponent> Stateful { get; init; } = [];

    /// <summary>All options by their path, for the manifest of checkpoints.</summary>
    public IReadOnlyDictionary<string, string> OptionValues { get; init; } = new Dictionary<string, string>();

    /// <summary>What the training data are known by, for the manifest of checkpoints.</summary>
    public IReadOnlyDictionary<string, string> CorpusIdentity { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What the time that is left is estimated by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public int TokensPerBatch => Options.Training.BatchSize * Corpus.Format.MaxLength;

    /// <summary>What the trainer disposes, the last one first.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>What is wrong between a schedule and a corpus; each failure names the values and what would be valid.</summary>
    public static IEnumerable<string> FindFailures(TrainingOptions options, Corpus corpus)
    {
        const string Prefix = nameof(TrainingOptions) + ".";
        (int count, int length) = (corpus.Training.Count, corpus.Format.MaxLength);
        return Chosen(
            (count < options.BatchSize,
                $"{Prefix}{nameof(options.BatchSize)} is {options.BatchSize}, but the corpus has {count} training sequences: "
                + $"use {(count < 2 ? "" : $"a batch size of at most {count} or ")}a larger corpus."),
            ((long)options.NegativeSamples * length > Array.MaxLength,
                $"{Prefix}{nameof(options.NegativeSamples)} is {options.NegativeSamples}; "
                + $"of sequences of {length} tokens at most {Array.MaxLength / length} can be held."),
            (options.DiscriminatorPatience > 0 && corpus.HeldOut.Count == 0,
                $"{Prefix}{nameof(options.DiscriminatorPatience)} is {options.DiscriminatorPatience}, but the corpus holds out no "
                + "sequences to measure by: hold some out or set it to 0."),
            (options is { LearningRateSchedule: LearningRateSchedule.Constant, FinalLearningRateShare: not 0 },
                $"{Prefix}{nameof(options.FinalLearningRateShare)} is {options.FinalLearningRateShare}, but "
                + $"{nameof(options.LearningRateSchedule)} is {options.LearningRateSchedule}, which never falls: set it to "
                + $"{nameof(LearningRateSchedule.Linear)} or {nameof(LearningRateSchedule.Cosine)}, or the share to 0."));
    }

    /// <summary>A copy of a generator that gives log-probabilities; null if the generator has none.</summary>
    public static IRolloutPolicy? CreateKlReference(IGenerator generator)
    {
        IRolloutPolicy? policy = null;
        bool isSupported = false;
        try
        {
            isSupported = IsSupported(() => (policy = generator.CreateRolloutPolicy()).LogProbabilities(NoSequences(generator), []));
            return isSupported ? policy : null;
        }
        finally
        {
            if (!isSupported)
                policy?.Dispose();
        }
    }

    /// <summary>What is wrong with these components together; each failure names the values and what would be valid.</summary>
    public IEnumerable<string> FindFailures()
    {
        (TrainingOptions training, PolicyGradientOptions gradient) = (Options.Training, Options.PolicyGradient);
        string generator = $"the generator, a {Generator.GetType().Name},";
        string format = $"but the corpus has {Corpus.Format}: use the corpus's format.";
        IEnumerable<EarlyStoppingOptions> restoring =
            Generator is ICheckpointable ? [] : training.EarlyStopping.Where(stopping => stopping.RestoreBest);
        return
        [
            .. FindFailures(training, Corpus),
            .. restoring.Select(stopping =>
                $"{nameof(EarlyStoppingOptions)}.{nameof(stopping.RestoreBest)} is true for '{stopping.Metric}', "
                + $"but {generator} is not {nameof(ICheckpointable)}: make it so, or set it to false."),
            .. Chosen(
                (Options.Health.RollsBack && CheckpointStore is null,
                    $"{nameof(TrainingHealthOptions)} says {nameof(DivergenceAction.RollBack)}, but no checkpoints are written to "
                    + $"return to: set {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.Directory)}."),
                (gradient.KlCoefficient > 0 && KlReference is null,
                    $"{nameof(PolicyGradientOptions)}.{nameof(gradient.KlCoefficient)} is {gradient.KlCoefficient}, but the rollout "
                    + $"policy of {generator} gives no log-probabilities: implement "
                    + $"{nameof(IRolloutPolicy)}.{nameof(IRolloutPolicy.LogProbabilities)}, or set it to 0."),
                (gradient.UsesProbabilities
                    && !IsSupported(() => Generator.LogProbabilities(NoSequences(Generator), [], constraint: Generator.Constraint)),
                    $"{nameof(PolicyGradientOptions)} has {nameof(gradient.KlCoefficient)} {gradient.KlCoefficient}, "
                    + $"{nameof(gradient.EntropyBonus)} {gradient.EntropyBonus} and {nameof(gradient.Passes)} {gradient.Passes}, but "
                    + $"{generator} gives no log-probabilities: implement {nameof(IGenerator)}.{nameof(IGenerator.LogProbabilities)}, "
                    + "or set them to 0, 0 and 1."),
                (training.ScheduledSampling != ScheduledSampling.None && Generator is not IScheduledSampler,
                    $"{nameof(TrainingOptions)}.{nameof(training.ScheduledSampling)} is {training.ScheduledSampling}, but {generator} is "
                    + $"no {nameof(IScheduledSampler)}: make it one, or set it to {nameof(ScheduledSampling.None)}."),
                (training.HasLearningRateSchedule && Generator is not IScalableLearningRate,
                    $"{nameof(TrainingOptions)} has {nameof(training.LearningRateSchedule)} {training.LearningRateSchedule} and "
                    + $"{nameof(training.WarmupShare)} {training.WarmupShare}, but {generator} is no {nameof(IScalableLearningRate)}: "
                    + $"make it one, or set them to {nameof(LearningRateSchedule.Constant)} and 0."),
                (Generator.Format != Corpus.Format, $"The generator makes sequences of {Generator.Format}, {format}"),
                (Rollout is { } rollout && rollout.Format != Corpus.Format,
                    $"The rollout completes sequences of {Rollout?.Format}, {format}")),
        ];
    }

    private static IEnumerable<string> Chosen(params IEnumerable<(bool IsWrong, string Message)> checks) =>
        checks.Where(check => check.IsWrong).Select(check => check.Message);

    private static TokenBatch NoSequences(IGenerator generator) => new SequenceBuffer(generator.Format, 0).AsBatch();

    private static bool IsSupported(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}
