using Microsoft.Extensions.Logging;
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

    /// <summary>All options, to show; the trainer uses those below.</summary>
    public SeqGanOptions Options { get; init; } = new();

    public TrainingOptions TrainingOptions { get; init; } = new();

    public PolicyGradientOptions PolicyGradientOptions { get; init; } = new();

    public TrainingHealthOptions Health { get; init; } = new();

    public CheckpointOptions Checkpoints { get; init; } = new();

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

    public RewardBaseline Baseline { get; init; }

    public double BaselineDecay { get; init; } = 0.9;

    public ulong Seed { get; init; }

    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The tokens of a batch of the generator's.</summary>
    public int TokensPerBatch => TrainingOptions.BatchSize * Corpus.Format.MaxLength;

    /// <summary>What the trainer disposes, the last one first.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>What is wrong between a schedule and a corpus; each failure names the values and what would be valid.</summary>
    public static IEnumerable<string> FindFailures(TrainingOptions options, Corpus corpus)
    {
        const string Prefix = nameof(TrainingOptions) + ".";
        (int count, int length) = (corpus.Training.Count, corpus.Format.MaxLength);
        if (count < options.BatchSize)
        {
            yield return $"{Prefix}{nameof(options.BatchSize)} is {options.BatchSize}, but the corpus has {count} training sequences: "
                + $"use {(count < 2 ? "" : $"a batch size of at most {count} or ")}a larger corpus.";
        }

        if ((long)options.NegativeSamples * length > Array.MaxLength)
        {
            yield return $"{Prefix}{nameof(options.NegativeSamples)} is {options.NegativeSamples}; "
                + $"of sequences of {length} tokens at most {Array.MaxLength / length} can be held.";
        }

        if (options.DiscriminatorPatience > 0 && corpus.HeldOut.Count == 0)
        {
            yield return $"{Prefix}{nameof(options.DiscriminatorPatience)} is {options.DiscriminatorPatience}, but the corpus holds out no "
                + "sequences to measure by: hold some out or set it to 0.";
        }
    }

    /// <summary>A copy of a generator that gives log-probabilities.</summary>
    /// <returns>Null where the generator has none.</returns>
    public static IRolloutPolicy? CreateKlReference(IGenerator generator)
    {
        IRolloutPolicy? policy = null;
        try
        {
            policy = generator.CreateRolloutPolicy();
            policy.LogProbabilities(new SequenceBuffer(generator.Format, 0).AsBatch(), []);
            return policy;
        }
        catch (NotSupportedException)
        {
            policy?.Dispose();
            return null;
        }
        catch
        {
            policy?.Dispose();
            throw;
        }
    }

    /// <summary>What is wrong with these components together; each failure names the values and what would be valid.</summary>
    public IEnumerable<string> FindFailures()
    {
        foreach (string failure in FindFailures(TrainingOptions, Corpus))
            yield return failure;
        string generator = $"the generator, a {Generator.GetType().Name},";
        if (Health.RollsBack && CheckpointStore is null)
        {
            yield return $"{nameof(TrainingHealthOptions)} says {nameof(DivergenceAction.RollBack)}, but no checkpoints are written to "
                + $"return to: set {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.Directory)}.";
        }

        foreach (EarlyStoppingOptions stopping in TrainingOptions.EarlyStopping)
        {
            if (stopping.RestoreBest && Generator is not ICheckpointable)
            {
                yield return $"{nameof(EarlyStoppingOptions)}.{nameof(stopping.RestoreBest)} is true for '{stopping.Metric}', "
                    + $"but {generator} is not {nameof(ICheckpointable)}: make it so, or set it to false.";
            }
        }

        PolicyGradientOptions gradient = PolicyGradientOptions;
        if (gradient.KlCoefficient > 0 && KlReference is null)
        {
            yield return $"{nameof(PolicyGradientOptions)}.{nameof(gradient.KlCoefficient)} is {gradient.KlCoefficient}, but the rollout "
                + $"policy of {generator} gives no log-probabilities: implement "
                + $"{nameof(IRolloutPolicy)}.{nameof(IRolloutPolicy.LogProbabilities)}, or set it to 0.";
        }

        if (gradient.UsesProbabilities && !GivesLogProbabilities(Generator))
        {
            yield return $"{nameof(PolicyGradientOptions)} has {nameof(gradient.KlCoefficient)} {gradient.KlCoefficient}, "
                + $"{nameof(gradient.EntropyBonus)} {gradient.EntropyBonus} and {nameof(gradient.Passes)} {gradient.Passes}, but "
                + $"{generator} gives no log-probabilities: implement {nameof(IGenerator)}.{nameof(IGenerator.LogProbabilities)}, "
                + "or set them to 0, 0 and 1.";
        }

        if (TrainingOptions.ScheduledSampling != ScheduledSampling.None && Generator is not IScheduledSampler)
        {
            yield return $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.ScheduledSampling)} is {TrainingOptions.ScheduledSampling}, "
                + $"but {generator} is no {nameof(IScheduledSampler)}: make it one, or set it to {nameof(ScheduledSampling.None)}.";
        }

        string format = $"but the corpus has {Corpus.Format}: use the corpus's format.";
        if (Generator.Format != Corpus.Format)
            yield return $"The generator makes sequences of {Generator.Format}, {format}";
        if (Rollout is not null && Rollout.Format != Corpus.Format)
            yield return $"The rollout completes sequences of {Rollout.Format}, {format}";
    }

    private static bool GivesLogProbabilities(IGenerator generator)
    {
        try
        {
            generator.LogProbabilities(new SequenceBuffer(generator.Format, 0).AsBatch(), [], constraint: generator.Constraint);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}
