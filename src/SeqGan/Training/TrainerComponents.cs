using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SeqGan;

/// <summary>What a trainer is made of.</summary>
internal sealed record TrainerComponents
{
    /// <summary>What the reference is called in checkpoints.</summary>
    public const string KlReferenceName = "kl-reference";

    public required IGenerator Generator { get; init; }

    public required IDiscriminator Discriminator { get; init; }

    /// <summary>Told of each generator step; null where the reward estimator uses no rollouts.</summary>
    public IRollout? Rollout { get; init; }

    /// <summary>A copy of the generator that the policy gradient stays near; null where it does not, or none gives log-probabilities.</summary>
    public IRolloutPolicy? KlReference { get; init; }

    public required IRewardEstimator Rewards { get; init; }

    /// <summary>What the rewards come from; null where they have no scorer, or one that nobody knows.</summary>
    public ISequenceScorer? Scorer { get; init; }

    public required Corpus Corpus { get; init; }

    public TrainingOptions Options { get; init; } = new();

    public PolicyGradientOptions PolicyGradient { get; init; } = new();

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

    /// <summary>What the trainer disposes, the last one first.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>What is wrong between a schedule and a corpus; each failure names the values and what would be valid.</summary>
    public static IEnumerable<string> FindFailures(TrainingOptions options, Corpus corpus)
    {
        const string Prefix = nameof(TrainingOptions) + ".";
        int count = corpus.Training.Count;
        if (count < options.BatchSize)
            yield return $"{Prefix}{nameof(TrainingOptions.BatchSize)} is {options.BatchSize}, but the corpus has {count} training sequences: use {(count < 2 ? "" : $"a batch size of at most {count} or ")}a larger corpus.";
        if ((long)options.NegativeSamples * corpus.Format.MaxLength > Array.MaxLength)
            yield return $"{Prefix}{nameof(TrainingOptions.NegativeSamples)} is {options.NegativeSamples}; of sequences of {corpus.Format.MaxLength} tokens at most {Array.MaxLength / corpus.Format.MaxLength} can be held.";
        if (options.DiscriminatorPatience > 0 && corpus.HeldOut.Count == 0)
            yield return $"{Prefix}{nameof(TrainingOptions.DiscriminatorPatience)} is {options.DiscriminatorPatience}, but the corpus holds out no sequences to measure by: hold some out or set it to 0.";
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

    /// <summary>What is wrong with these components together; each failure names the values and what would be valid.</summary>
    public IEnumerable<string> FindFailures()
    {
        foreach (string failure in FindFailures(Options, Corpus))
            yield return failure;
        if (Health.RollsBack && CheckpointStore is null)
            yield return $"{nameof(TrainingHealthOptions)} says {nameof(DivergenceAction.RollBack)}, but no checkpoints are written to go back to: set {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.Directory)}.";
        foreach (EarlyStoppingOptions stopping in Options.EarlyStopping.Where(stopping => stopping.RestoreBest && Generator is not ICheckpointable))
            yield return $"{nameof(EarlyStoppingOptions)}.{nameof(EarlyStoppingOptions.RestoreBest)} is true for '{stopping.Metric}', but the generator, a {Generator.GetType().Name}, is not {nameof(ICheckpointable)}: make it so, or set it to false.";
        if (PolicyGradient.KlCoefficient > 0 && KlReference is null)
            yield return $"{nameof(PolicyGradientOptions)}.{nameof(PolicyGradientOptions.KlCoefficient)} is {PolicyGradient.KlCoefficient}, but the rollout policy of the generator, a {Generator.GetType().Name}, gives no log-probabilities: implement {nameof(IRolloutPolicy)}.{nameof(IRolloutPolicy.LogProbabilities)}, or set it to 0.";
        if (PolicyGradient.UsesProbabilities && !GivesLogProbabilities(Generator))
            yield return $"{nameof(PolicyGradientOptions)} has {nameof(PolicyGradientOptions.KlCoefficient)} {PolicyGradient.KlCoefficient}, {nameof(PolicyGradientOptions.EntropyBonus)} {PolicyGradient.EntropyBonus} and {nameof(PolicyGradientOptions.Passes)} {PolicyGradient.Passes}, but the generator, a {Generator.GetType().Name}, gives no log-probabilities: implement {nameof(IGenerator)}.{nameof(IGenerator.LogProbabilities)}, or set them to 0, 0 and 1.";
        if (Options.ScheduledSampling != ScheduledSampling.None && Generator is not IScheduledSampler)
            yield return $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.ScheduledSampling)} is {Options.ScheduledSampling}, but the generator, a {Generator.GetType().Name}, is no {nameof(IScheduledSampler)}: make it one, or set it to {nameof(ScheduledSampling.None)}.";
        if (Generator.Format != Corpus.Format)
            yield return $"The generator makes sequences of {Generator.Format}, but the corpus has {Corpus.Format}: use the corpus's format.";
        if (Rollout is not null && Rollout.Format != Corpus.Format)
            yield return $"The rollout completes sequences of {Rollout.Format}, but the corpus has {Corpus.Format}: use the corpus's format.";
    }
}
