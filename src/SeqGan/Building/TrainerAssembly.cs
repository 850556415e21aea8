using Microsoft.Extensions.DependencyInjection;

namespace SeqGan.Building;

/// <summary>Makes a trainer of a plan that was checked; used once.</summary>
internal sealed class TrainerAssembly(BuildPlan plan, IServiceProvider? services)
{
    private readonly SeqGanOptions _options = plan.Options;
    private readonly List<IDisposable> _owned = [];

    public SeqGanTrainer Create()
    {
        try
        {
            TrainerComponents components = CreateComponents();
            var trainer = new SeqGanTrainer(components);
            if (_options.Checkpoints.ResumeFrom is { } directory)
                CheckpointResume.Run(trainer, components, directory);
            return trainer;
        }
        catch
        {
            for (int i = _owned.Count - 1; i >= 0; i--)
                _owned[i].Dispose();
            throw;
        }
    }

    private TrainerComponents CreateComponents()
    {
        ILoggerFactory loggers = plan.LoggerFactory ?? services?.GetService<ILoggerFactory>() ?? StandardErrorLogger.Instance;
        ILogger logger = loggers.CreateLogger(typeof(SeqGanTrainer).FullName!);
        LogCorpus(plan.Corpus!.Report, logger);
        if (plan.Rewards.Count > 0 && _options.Training.AdversarialRounds == 0)
            Log.RewardsWithoutRounds(logger);
        CheckpointStore? store = OpenStore(logger);
        var context = new SeqGanBuildContext(_options, plan.Corpus!, loggers, services, CreateRollout, CreateScorer)
        {
            CreateDiscriminatorScores = plan.DiscriminatorScores,
            Owns = _owned.Add,
        };
        context.Constraint = CreateConstraint(context);
        context.Generator = Make(
            context, plan.Generator, () => NeuralGenerator.Create(context.Format, _options.Generator, _options.Seed, context.Constraint));
        CheckConstraint(context, logger);
        context.Discriminator = Make(
            context, plan.Discriminator, () => CreateDiscriminator(context));
        IRolloutPolicy? reference =
            _options.PolicyGradient.KlCoefficient > 0 ? TrainerComponents.CreateKlReference(context.Generator) : null;
        if (reference is not null)
            _owned.Add(reference);
        RewardOptions rewards = _options.Rewards;
        IRewardEstimator estimator = Make(
            context, plan.RewardEstimator,
            () => new MonteCarloRewardEstimator(
                context.Rollout, context.Scorer, rewards.SamplesPerPrefix, rewards.MaxCompletions, rewards.PrefixesPerSequence));

        // A rollout that was handed in follows the generator even if only its own estimator uses it.
        IRollout? rollout = context.RolloutIfUsed ?? (plan.Rollout is { IsOwned: false } given ? given.Create(context) : null);
        return new TrainerComponents
        {
            Generator = context.Generator,
            Discriminator = context.Discriminator,
            Rollout = rollout,
            KlReference = reference,
            RewardEstimator = estimator,
            Scorer = context.ScorerIfUsed,
            Corpus = context.Corpus,
            Options = _options,
            CheckpointStore = store,
            CheckpointWritten = plan.CheckpointWritten,
            Stateful = FindStateful(context, rollout, estimator, reference),
            OptionValues = OptionValues.Of(_options, context.Generator.Constraint),
            CorpusIdentity = CorpusIdentity.Of(context.Corpus),
            Observers = [.. plan.Observers],
            Logger = logger,
            Owned = _owned,
        };
    }

    private ModuleDiscriminator CreateDiscriminator(SeqGanBuildContext context)
    {
        if (context.Generator is NeuralGenerator generator)
            return ModuleDiscriminator.Create(generator, _options.Discriminator, _options.Seed);
        string[] failures = [.. _options.Discriminator.Contradictions(context.Format.MaxLength, hasGenerator: false)];
        return failures.Length > 0
            ? throw BuildChecks.Failure(failures)
            : ModuleDiscriminator.Create(context.Format, _options.Discriminator, _options.Seed);
    }

    private CheckpointStore? OpenStore(ILogger logger)
    {
        CheckpointOptions options = _options.Checkpoints.Copy();
        options.Directory ??= options.ResumeFrom;
        if (options.Directory is not { } directory)
            return null;
        bool isResumed = options.ResumeFrom is { } resumed && CheckpointFolder.AreSame(resumed, directory);
        var store = CheckpointStore.Open(options, logger);
        _owned.Add(store);
        if (!isResumed && CheckpointInfo.List(directory) is [var newest, ..])
        {
            throw new CheckpointException(
                directory,
                $"{directory} holds checkpoints of another training, the newest at step {newest.Step}: "
                + $"call {nameof(SeqGanBuilder.ResumeFrom)} to resume it, or name another folder.");
        }

        return store;
    }

    private static void LogCorpus(CorpusReport report, ILogger logger)
    {
        Log.CorpusRead(logger, report.Read, report.Training, report.HeldOut, CorpusReport.DescribeDropped(report.Dropped));
        foreach ((CorpusWarning kind, string message) in report.Warnings)
            Log.CorpusWarning(logger, kind, message);
    }

    private ITokenConstraint? CreateConstraint(SeqGanBuildContext context)
    {
        if (plan.Constraint is null)
            return null;
        ITokenConstraint constraint = plan.Constraint(context) ?? throw ReturnedNull(nameof(ITokenConstraint));
        if (ConstraintGuard.DescribeOtherFormat(constraint, context.Format) is { } difference)
            throw BuildChecks.Failure(difference);
        return constraint;
    }

    private static void CheckConstraint(SeqGanBuildContext context, ILogger logger)
    {
        ITokenConstraint? asked = context.Constraint, own = context.Generator.Constraint;
        if (asked is not null && !ReferenceEquals(asked, own))
        {
            throw BuildChecks.Failure(
                $"The generator's constraint is {(own is null ? "none" : $"'{own}'")}, not '{asked}': give the generator the constraint "
                + $"that {nameof(SeqGanBuilder.UseConstraint)} was given "
                + $"({nameof(SeqGanBuildContext)}.{nameof(SeqGanBuildContext.Constraint)}), or leave that out.");
        }

        if (own is null)
            return;
        TokenBatch training = context.Corpus.Training, heldOut = context.Corpus.HeldOut;
        int inTraining = CountViolations(own, training), inHeldOut = CountViolations(own, heldOut);
        if (inTraining + inHeldOut > 0)
            Log.DataBreakConstraint(logger, own, inTraining, training.Count, inHeldOut, heldOut.Count);
    }

    /// <summary>Counts the sequences that break a constraint.</summary>
    /// <exception cref="ConstraintException">The constraint failed.</exception>
    public static int CountViolations(ITokenConstraint constraint, TokenBatch sequences)
    {
        var guard = new ConstraintGuard(constraint, constraint.Format, nameof(constraint));
        var room = new AllowedTokens(constraint.Format.VocabularySize);
        return Enumerable.Range(0, sequences.Count).Count(row => guard.FindViolation(sequences[row], room) >= 0);
    }

    private IRollout CreateRollout(SeqGanBuildContext context) =>
        Make(context, plan.Rollout, () => new MonteCarloRollout(context.Generator, _options.Rollout));

    private ISequenceScorer CreateScorer(SeqGanBuildContext context)
    {
        ISequenceScorer scorer = CombineScorers(context);
        if (plan.Decorate is null)
            return scorer;
        return plan.Decorate(scorer)
            ?? throw new InvalidOperationException($"The function of {nameof(SeqGanBuilder.DecorateRewards)} returned null.");
    }

    private ISequenceScorer CombineScorers(SeqGanBuildContext context)
    {
        WeightSchedule discriminator = _options.Rewards.DiscriminatorWeight;
        if (plan.Rewards.Count == 0 && discriminator.ConstantValue == 1)
            return context.DiscriminatorScores;
        var parts = new List<(ISequenceScorer Scorer, WeightSchedule Weight)>();
        if (!discriminator.IsZero)
            parts.Add((context.DiscriminatorScores, discriminator));
        foreach (Reward reward in plan.Rewards)
        {
            ISequenceScorer scorer = reward.Create(context) ?? throw ReturnedNull("reward");
            if (reward.Name is null && scorer is IDisposable disposable && !ReferenceEquals(scorer, context.Discriminator))
                _owned.Add(disposable);
            parts.Add((scorer, reward.Weight));
        }

        if (parts.GroupBy(part => part.Scorer.Name).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw BuildChecks.Failure(
                $"{same.Count()} scorers have the name '{same.Key}'; names must differ, also from the discriminator's.");
        try
        {
            return new CombinedScorer(parts, _options.Rewards.Combination);
        }
        catch (Exception error) when (error is ArgumentException or ScorerException)
        {
            throw BuildChecks.Failure(error.Message);
        }
    }

    private IReadOnlyList<CheckpointComponent> FindStateful(
        SeqGanBuildContext context, IRollout? rollout, IRewardEstimator estimator, IRolloutPolicy? reference)
    {
        (string Name, object? Value, bool IsReward)[] components =
        [
            ("generator", context.Generator, false),
            ("discriminator", context.Discriminator, false),
            ("rollout", rollout, false),
            (TrainerComponents.KlReferenceName, reference, false),
            ("reward", context.ScorerIfUsed, true),
            ("reward-estimator", estimator, true),
            ("libtorch-generator", new GlobalGeneratorComponent(), false),
        ];
        return CheckpointComponent.WithParts(
        [
            .. from component in components
               where component.Value is not null
               select new CheckpointComponent(component.Name, component.Value, component.IsReward),
            .. from observer in plan.Observers
               select new CheckpointComponent($"observer-{observer.GetType().Name}", observer, IsObserver: true),
        ]);
    }

    private T Make<T>(SeqGanBuildContext context, Component<T>? component, Func<T> createDefault)
        where T : class
    {
        T value = (component is null ? createDefault() : component.Create(context)) ?? throw ReturnedNull(typeof(T).Name);
        if (component is not { IsOwned: false } && value is IDisposable disposable)
            _owned.Add(disposable);
        return value;
    }

    private static InvalidOperationException ReturnedNull(string component) => new($"The factory of the {component} returned null.");
}
