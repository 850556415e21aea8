using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>
/// Composes adversarial training: <c>Use…</c> replaces a component, <c>Add…</c> appends, <c>Configure…</c> sets options, and
/// <see cref="Build"/> checks everything at once.
/// </summary>
/// <remarks>
/// Not thread-safe. An instance that is handed in stays the caller's to dispose; what a factory makes, the trainer disposes.
/// After a successful build the builder is spent.
/// </remarks>
public sealed class SeqGanBuilder
{
    private readonly SeqGanOptions _options;
    private readonly List<Reward> _rewards = [];
    private readonly List<ITrainingObserver> _observers = [];
    private Corpus? _corpus;
    private ILoggerFactory? _loggerFactory;
    private Func<SeqGanBuildContext, Component<IGenerator>>? _generator;
    private Func<SeqGanBuildContext, ITokenConstraint>? _constraint;
    private Func<SeqGanBuildContext, Component<IDiscriminator>>? _discriminator;
    private Func<SeqGanBuildContext, Component<IRollout>>? _rollout;
    private Func<SeqGanBuildContext, Component<IRewardEstimator>>? _rewardEstimator;
    private Action<CheckpointInfo>? _checkpointWritten;
    private WeightSchedule? _discriminatorWeight;
    private Func<ISequenceScorer, ISequenceScorer>? _decorate;
    private IRollout? _givenRollout;
    private bool _isSpent;

    /// <summary>Starts with the default options and components.</summary>
    /// <param name="options">Options to start from, such as bound ones; the builder changes this instance.</param>
    public SeqGanBuilder(SeqGanOptions? options = null) => _options = options ?? new SeqGanOptions();

    /// <summary>Sets the sequences to learn from; required.</summary>
    /// <param name="corpus">The corpus.</param>
    public SeqGanBuilder UseCorpus(Corpus corpus) => Set(() => _corpus = corpus, corpus);

    /// <summary>Logs with these loggers, category <c>SeqGan.SeqGanTrainer</c>; otherwise those of the container that builds are used.</summary>
    /// <param name="loggerFactory">Makes the loggers.</param>
    public SeqGanBuilder UseLoggerFactory(ILoggerFactory loggerFactory) => Set(() => _loggerFactory = loggerFactory, loggerFactory);

    /// <summary>Sets all options but the seed and the devices to the paper's published parameters of the synthetic experiment; what is to differ is configured after it.</summary>
    public SeqGanBuilder UsePaperParameters() => Configure(options => options.UsePaperParameters());

    /// <summary>Sets the seed that determines every random number of the run.</summary>
    /// <param name="seed">Any value.</param>
    public SeqGanBuilder UseSeed(ulong seed) => Configure(options => options.Seed = seed);

    /// <summary>Replaces the <see cref="RecurrentGenerator"/>. The generator stays the caller's to dispose.</summary>
    /// <param name="generator">A generator of the corpus's format.</param>
    public SeqGanBuilder UseGenerator(IGenerator generator) => Set(() => _generator = _ => new(generator, false), generator);

    /// <summary>Replaces the <see cref="RecurrentGenerator"/> by what a factory makes; the trainer disposes it.</summary>
    /// <param name="create">Called once by <see cref="Build"/>.</param>
    public SeqGanBuilder UseGenerator(Func<SeqGanBuildContext, IGenerator> create) => Set(() => _generator = context => new(create(context), true), create);

    /// <summary>
    /// Sets what every generated sequence satisfies: in sampling, in rollouts, so that the value of a prefix is its value under the
    /// constraint, and in the policy gradient. Pre-training learns from all data; how many of them break the constraint is logged.
    /// </summary>
    /// <param name="constraint">A constraint of the corpus's format, labels apart; <see cref="TokenConstraint"/> makes some. A generator of one's own must have this one.</param>
    /// <remarks>
    /// A training is resumed under the constraint of the same text (<c>ToString</c>) only. A model that is saved or compiled does not hold the
    /// constraint: give it again in <see cref="SamplingOptions.Constraint"/>.
    /// </remarks>
    public SeqGanBuilder UseConstraint(ITokenConstraint constraint) => Set(() => _constraint = _ => constraint, constraint);

    /// <summary>Sets what every generated sequence satisfies, made of the corpus's vocabulary and tokenizer.</summary>
    /// <param name="create">Called once by <see cref="Build"/>, before the generator is made.</param>
    /// <remarks>As <see cref="UseConstraint(ITokenConstraint)"/>.</remarks>
    public SeqGanBuilder UseConstraint(Func<SeqGanBuildContext, ITokenConstraint> create) => Set(() => _constraint = create, create);

    /// <summary>Replaces the discriminator. It stays the caller's to dispose.</summary>
    /// <param name="discriminator">Any discriminator.</param>
    public SeqGanBuilder UseDiscriminator(IDiscriminator discriminator) => Set(() => _discriminator = _ => new(discriminator, false), discriminator);

    /// <summary>Replaces the discriminator by what a factory makes; the trainer disposes it if it can be disposed.</summary>
    /// <param name="create">Called once by <see cref="Build"/>.</param>
    public SeqGanBuilder UseDiscriminator(Func<SeqGanBuildContext, IDiscriminator> create) => Set(() => _discriminator = context => new(create(context), true), create);

    /// <summary>Replaces the <see cref="MonteCarloRollout"/>. It stays the caller's to dispose.</summary>
    /// <param name="rollout">
    /// A rollout of the corpus's format. The trainer moves its policy after each generator step, also where the reward
    /// estimator was handed in and got this rollout by itself.
    /// </param>
    public SeqGanBuilder UseRollout(IRollout rollout) => Set(() => (_rollout, _givenRollout) = (_ => new(rollout, false), rollout), rollout);

    /// <summary>Replaces the <see cref="MonteCarloRollout"/> by what a factory makes; the trainer disposes it if it can be disposed.</summary>
    /// <param name="create">Called once by <see cref="Build"/>, if the reward estimator uses rollouts.</param>
    public SeqGanBuilder UseRollout(Func<SeqGanBuildContext, IRollout> create) => Set(() => (_rollout, _givenRollout) = (context => new(create(context), true), null), create);

    /// <summary>Replaces the <see cref="MonteCarloRewardEstimator"/>. It stays the caller's to dispose.</summary>
    /// <param name="estimator">Any estimator; it decides alone what to do with the discriminator and added rewards.</param>
    public SeqGanBuilder UseRewardEstimator(IRewardEstimator estimator) => Set(() => _rewardEstimator = _ => new(estimator, false), estimator);

    /// <summary>Replaces the <see cref="MonteCarloRewardEstimator"/> by what a factory makes; the trainer disposes it if it can be disposed.</summary>
    /// <param name="create">Called once by <see cref="Build"/>; the context has the scorer and the rollout.</param>
    public SeqGanBuilder UseRewardEstimator(Func<SeqGanBuildContext, IRewardEstimator> create) => Set(() => _rewardEstimator = context => new(create(context), true), create);

    /// <summary>Gives every token its sequence's score, without rollouts.</summary>
    public SeqGanBuilder UseSequenceRewards() => UseRewardEstimator(context => new SequenceRewardEstimator(context.Scorer));

    /// <summary>Gives every token the same reward: the control that any gain must be compared with.</summary>
    /// <param name="reward">Finite.</param>
    public SeqGanBuilder UseConstantReward(float reward = 0.5f) => UseRewardEstimator(_ => new ConstantRewardEstimator(reward));

    /// <summary>Adds a scorer to those that reward a sequence. It stays the caller's to dispose.</summary>
    /// <param name="scorer">Any scorer; NaN leaves a sequence out.</param>
    /// <param name="weight">Finite; may be negative in a sum. The discriminator's is <see cref="RewardOptions.DiscriminatorWeight"/>.</param>
    public SeqGanBuilder AddReward(ISequenceScorer scorer, double weight = 1) =>
        Set(() => _rewards.Add(new Reward(scorer.Name, weight, null, _ => scorer)), scorer);

    /// <summary>Adds a scorer whose weight changes with the round. It stays the caller's to dispose.</summary>
    /// <param name="scorer">Any scorer; NaN leaves a sequence out.</param>
    /// <param name="weight">The weight in each round of the adversarial phase.</param>
    public SeqGanBuilder AddReward(ISequenceScorer scorer, WeightSchedule weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return Set(() => _rewards.Add(new Reward(scorer.Name, 1, weight, _ => scorer)), scorer);
    }

    /// <summary>Adds a scorer that a factory makes; the trainer disposes it if it can be disposed.</summary>
    /// <param name="create">Called once by <see cref="Build"/>; the context has the corpus, the generator and the discriminator.</param>
    /// <param name="weight">The weight in each round of the adversarial phase; null is 1.</param>
    public SeqGanBuilder AddReward(Func<SeqGanBuildContext, ISequenceScorer> create, WeightSchedule? weight = null) =>
        Set(() => _rewards.Add(new Reward(null, 1, weight, create)), create);

    /// <summary>Adds a rule over the decoded text.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="weight">Finite; may be negative in a sum.</param>
    /// <param name="score">A finite number for a text, or NaN for "not applicable".</param>
    [OverloadResolutionPriority(1)]
    public SeqGanBuilder AddReward(string name, double weight, Func<string, double> score) =>
        Set(() => _rewards.Add(new Reward(name, weight, null, context => new DelegateScorer(name, score, context.Corpus.Decode))), score);

    /// <summary>Adds a rule over the token ids.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="weight">Finite; may be negative in a sum.</param>
    /// <param name="score">A finite number for a sequence without its padding, or NaN for "not applicable".</param>
    public SeqGanBuilder AddReward(string name, double weight, SequenceScore score) =>
        Set(() => _rewards.Add(new Reward(name, weight, null, _ => new DelegateScorer(name, score))), score);

    /// <summary>Makes the discriminator's weight change with the round, in place of <see cref="RewardOptions.DiscriminatorWeight"/>.</summary>
    /// <param name="weight">The weight in each round of the adversarial phase.</param>
    public SeqGanBuilder UseDiscriminatorWeight(WeightSchedule weight) => Set(() => _discriminatorWeight = weight, weight);

    /// <summary>Puts a scorer around all that reward a sequence together, such as a <see cref="DiversityFilter"/>; the last call counts.</summary>
    /// <param name="decorate">Gets the discriminator or the combination, and returns what is to score in its place; called once by <see cref="Build"/>. What it makes is not disposed.</param>
    public SeqGanBuilder DecorateRewards(Func<ISequenceScorer, ISequenceScorer> decorate) => Set(() => _decorate = decorate, decorate);

    /// <summary>Adds an observer; observers are called in the order in which they were added.</summary>
    /// <param name="observer">It stays the caller's.</param>
    public SeqGanBuilder AddObserver(ITrainingObserver observer) => Set(() => _observers.Add(observer), observer);

    /// <summary>
    /// Adds an action that sees the report of each round's end, between two steps and in order; <see cref="Progress{T}"/>, in contrast,
    /// posts all reports and suits user interfaces.
    /// </summary>
    /// <param name="observe">Called on the training's thread; what it throws ends the training.</param>
    /// <param name="withinRounds">
    /// Whether it also sees reports from within rounds, one every <see cref="TrainingOptions.ProgressInterval"/> at most.
    /// </param>
    public SeqGanBuilder AddObserver(Action<TrainingProgress> observe, bool withinRounds = false) =>
        Set(() => _observers.Add(new ActionObserver(observe, withinRounds)), observe);

    /// <summary>
    /// Writes checkpoints of the whole training: at intervals of <see cref="CheckpointOptions.Interval"/>, at the end of phases, and when it is
    /// cancelled. A folder that holds checkpoints of another training is refused, unless the training is resumed from it.
    /// </summary>
    /// <param name="directory">The folder; created if it is missing.</param>
    /// <param name="written">
    /// Called for each checkpoint after it is on the disk, on the thread pool, one call at a time and in order. The training runs on meanwhile;
    /// <see cref="SeqGanTrainer.TrainAsync(TrainingPhase, IProgress{TrainingProgress}, CancellationToken)"/> ends after the last call, so it
    /// must not wait for that. It may save another checkpoint or dispose the trainer. Its exceptions are logged.
    /// </param>
    public SeqGanBuilder UseCheckpoints(string directory, Action<CheckpointInfo>? written = null) => Set(
        () => (_options.Checkpoints.Directory, _checkpointWritten) = (directory, written), directory);

    /// <summary>
    /// Goes on from the newest intact checkpoint of a folder, exactly as if the training had never stopped; where the folder has none at all,
    /// the training begins anew. Checkpoints go on being written there, unless <see cref="UseCheckpoints"/> names another folder.
    /// </summary>
    /// <param name="directory">The folder. It may be anybody's: it is read as data, checked, and never executed.</param>
    /// <remarks>
    /// The program is otherwise that of the first start. Numbers of rounds, the schedule, learning rates and the like may be others; sizes,
    /// the seed, the batch size and the corpus may not. A damaged checkpoint is logged, passed over and kept. libtorch's global generator,
    /// from which components of one's own may draw, is set as it was.
    /// </remarks>
    public SeqGanBuilder ResumeFrom(string directory) => Set(
        () => _options.Checkpoints.ResumeFrom = directory, directory);

    /// <summary>Changes the options; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder Configure(Action<SeqGanOptions> configure) => Set(() => configure(_options), configure);

    /// <summary>Changes the generator's options; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureGenerator(Action<GeneratorOptions> configure) => Set(() => configure(_options.Generator), configure);

    /// <summary>Changes the discriminator's options; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureDiscriminator(Action<DiscriminatorOptions> configure) => Set(() => configure(_options.Discriminator), configure);

    /// <summary>Changes the rollout policy's options; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureRollout(Action<RolloutOptions> configure) => Set(() => configure(_options.Rollout), configure);

    /// <summary>Changes the rewards' options; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureRewards(Action<RewardOptions> configure) => Set(() => configure(_options.Rewards), configure);

    /// <summary>Changes the schedule; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureTraining(Action<TrainingOptions> configure) => Set(() => configure(_options.Training), configure);

    /// <summary>Changes what keeps the policy gradient near the data; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigurePolicyGradient(Action<PolicyGradientOptions> configure) => Set(() => configure(_options.PolicyGradient), configure);

    /// <summary>Changes when checkpoints are written and which are kept; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureCheckpoints(Action<CheckpointOptions> configure) => Set(() => configure(_options.Checkpoints), configure);

    /// <summary>Changes what the training does when it diverges; called at once.</summary>
    /// <param name="configure">Changes what it is given.</param>
    public SeqGanBuilder ConfigureHealth(Action<TrainingHealthOptions> configure) => Set(() => configure(_options.Health), configure);

    /// <summary>Checks everything and makes the trainer. Afterwards the builder is spent.</summary>
    /// <param name="services">The application's container, for loggers and for factories.</param>
    /// <returns>The trainer; the caller disposes it.</returns>
    /// <exception cref="OptionsValidationException">Options or components are wrong; the message lists every failure. The builder can be corrected and built again.</exception>
    /// <exception cref="InvalidOperationException">The builder is spent, or a factory returned null.</exception>
    /// <exception cref="ConstraintException">The constraint failed for a sequence of the corpus.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    /// <exception cref="CheckpointException">
    /// The folder of checkpoints cannot be used (another training writes there, or it holds another's checkpoints); or all checkpoints to
    /// resume from are damaged (<see cref="CheckpointException.IsCorrupt"/>); or the newest is of a training with other sizes, another seed
    /// or corpus, or of another version of the format (<see cref="CheckpointException.IsMismatch"/>).
    /// </exception>
    public SeqGanTrainer Build(IServiceProvider? services = null)
    {
        ThrowIfSpent();
        string[] failures = [.. FindFailures()];
        if (failures.Length > 0)
            throw new OptionsValidationException(nameof(SeqGanBuilder), typeof(SeqGanOptions), failures);

        var owned = new List<IDisposable>();
        try
        {
            TrainerComponents components = CreateComponents(services, owned);
            var trainer = new SeqGanTrainer(components);
            if (_options.Checkpoints.ResumeFrom is { } directory)
                CheckpointResume.Run(trainer, components, directory);
            _isSpent = true;
            return trainer;
        }
        catch
        {
            for (int i = owned.Count - 1; i >= 0; i--)
                owned[i].Dispose();
            throw;
        }
    }

    private TrainerComponents CreateComponents(IServiceProvider? services, List<IDisposable> owned)
    {
        ILoggerFactory loggers = _loggerFactory ?? services?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        ulong seed = _options.Seed;
        ILogger logger = loggers.CreateLogger(typeof(SeqGanTrainer).FullName!);
        CheckpointOptions checkpoints = _options.Checkpoints.Copy();
        checkpoints.Directory ??= checkpoints.ResumeFrom;
        CheckpointStore? store = OpenStore(checkpoints, logger, owned);
        var context = new SeqGanBuildContext(
            _options, _corpus!, loggers, services,
            c => Make(c, _rollout, () => new MonteCarloRollout(c.Generator, _options.Rollout), owned),
            c => CreateScorer(c, owned));
        context.Constraint = CreateConstraint(context);
        context.Generator = Make(context, _generator, () => new RecurrentGenerator(context.Format, _options.Generator, seed, context.Constraint), owned);
        CheckConstraint(context, logger);
        context.Discriminator = Make(context, _discriminator, () => DiscriminatorFactory.Create(context.Format, _options.Discriminator, seed), owned);
        IRolloutPolicy? reference = _options.PolicyGradient.KlCoefficient > 0 ? TrainerComponents.CreateKlReference(context.Generator) : null;
        if (reference is not null)
            owned.Add(reference);
        RewardOptions rewards = _options.Rewards;
        IRewardEstimator estimator = Make(
            context, _rewardEstimator, () => new MonteCarloRewardEstimator(context.Rollout, context.Scorer, rewards.SamplesPerPrefix, rewards.MaxCompletions), owned);
        return new TrainerComponents
        {
            Generator = context.Generator,
            Discriminator = context.Discriminator,
            Rollout = context.RolloutIfUsed ?? _givenRollout,
            KlReference = reference,
            RewardEstimator = estimator,
            Scorer = context.ScorerIfUsed,
            Corpus = context.Corpus,
            TrainingOptions = _options.Training,
            PolicyGradientOptions = _options.PolicyGradient,
            Health = _options.Health,
            Checkpoints = checkpoints,
            CheckpointStore = store,
            CheckpointWritten = _checkpointWritten,
            Stateful = FindStateful(context, estimator, reference),
            OptionValues = OptionValues.Of(_options, context.Generator.Constraint),
            CorpusIdentity = CorpusIdentity.Of(context.Corpus),
            Baseline = rewards.Baseline,
            BaselineDecay = rewards.BaselineDecay,
            Seed = seed,
            Observers = [.. _observers],
            Logger = logger,
            Owned = owned,
        };
    }

    private ITokenConstraint? CreateConstraint(SeqGanBuildContext context)
    {
        if (_constraint is null)
            return null;
        ITokenConstraint constraint = _constraint(context) ?? throw new InvalidOperationException($"The factory of the {nameof(ITokenConstraint)} returned null.");
        return ConstraintGuard.DescribeOtherFormat(constraint, context.Format) is { } difference ? throw Failure(difference) : constraint;
    }

    private static void CheckConstraint(SeqGanBuildContext context, ILogger logger)
    {
        ITokenConstraint? asked = context.Constraint, own = context.Generator.Constraint;
        if (asked is not null && !ReferenceEquals(asked, own))
            throw Failure($"The generator's constraint is {(own is null ? "none" : $"'{own}'")}, not '{asked}': give the generator the constraint that {nameof(UseConstraint)} was given ({nameof(SeqGanBuildContext)}.{nameof(SeqGanBuildContext.Constraint)}), or leave that out.");
        if (own is null)
            return;
        int training = ConstraintViolations.Count(own, context.Corpus.Training), heldOut = ConstraintViolations.Count(own, context.Corpus.HeldOut);
        if (training + heldOut > 0)
            Log.DataBreakConstraint(logger, own, training, context.Corpus.Training.Count, heldOut, context.Corpus.HeldOut.Count);
    }

    private static OptionsValidationException Failure(string failure) => new(nameof(SeqGanBuilder), typeof(SeqGanOptions), [failure]);

    private static CheckpointStore? OpenStore(CheckpointOptions options, ILogger logger, List<IDisposable> owned)
    {
        if (options.Directory is not { } directory)
            return null;
        bool isResumed = options.ResumeFrom is { } resumed && CheckpointFolder.AreSame(resumed, directory);
        var store = CheckpointStore.Open(options, logger);
        owned.Add(store);
        if (!isResumed && CheckpointInfo.List(directory) is [var newest, ..])
            throw new CheckpointException(directory, $"{directory} holds checkpoints of another training, the newest at step {newest.Step}: call {nameof(ResumeFrom)} to go on with it, or name another folder.");
        return store;
    }

    private IReadOnlyList<CheckpointComponent> FindStateful(
        SeqGanBuildContext context, IRewardEstimator estimator, IRolloutPolicy? reference)
    {
        var components = new List<CheckpointComponent> { new("generator", context.Generator), new("discriminator", context.Discriminator) };
        if ((context.RolloutIfUsed ?? _givenRollout) is { } rollout)
            components.Add(new CheckpointComponent("rollout", rollout));
        if (reference is not null)
            components.Add(new CheckpointComponent(TrainerComponents.KlReferenceName, reference));
        if (context.ScorerIfUsed is { } scorer)
            components.Add(new CheckpointComponent("reward", scorer, IsReward: true));
        components.Add(new CheckpointComponent("reward-estimator", estimator, IsReward: true));
        components.Add(new CheckpointComponent("libtorch-generator", new GlobalGeneratorComponent()));
        components.AddRange(
            _observers.Select(observer => new CheckpointComponent($"observer-{observer.GetType().Name}", observer, IsObserver: true)));
        return CheckpointComponent.WithParts(components);
    }

    private ISequenceScorer CreateScorer(SeqGanBuildContext context, List<IDisposable> owned)
    {
        ISequenceScorer scorer = CombineScorers(context, owned);
        if (_decorate is null)
            return scorer;
        return _decorate(scorer) ?? throw new InvalidOperationException($"The function of {nameof(DecorateRewards)} returned null.");
    }

    private ISequenceScorer CombineScorers(SeqGanBuildContext context, List<IDisposable> owned)
    {
        WeightSchedule discriminator = _discriminatorWeight ?? WeightSchedule.Constant(_options.Rewards.DiscriminatorWeight);
        if (_rewards.Count == 0 && _discriminatorWeight is null && _options.Rewards.DiscriminatorWeight == 1)
            return context.Discriminator;
        var parts = new List<RewardComponent>();
        if (!discriminator.IsZero)
            parts.Add(new RewardComponent(context.Discriminator, discriminator));
        foreach (Reward reward in _rewards)
        {
            ISequenceScorer scorer = reward.Create(context) ?? throw new InvalidOperationException("The factory of a reward returned null.");
            if (reward.Name is null && scorer is IDisposable disposable && !ReferenceEquals(scorer, context.Discriminator))
                owned.Add(disposable);
            parts.Add(new RewardComponent(scorer, reward.Schedule ?? WeightSchedule.Constant(reward.Weight)));
        }

        if (parts.GroupBy(part => part.Scorer.Name).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw Failure($"{same.Count()} scorers have the name '{same.Key}'; names must differ, also from the discriminator's.");
        try
        {
            return _options.Rewards.Combination == RewardCombination.Product ? new ProductScorer(parts) : new WeightedScorer(parts);
        }
        catch (Exception error) when (error is ArgumentException or ScorerException)
        {
            throw Failure(error.Message);
        }
    }

    private static T Make<T>(SeqGanBuildContext context, Func<SeqGanBuildContext, Component<T>>? create, Func<T> createDefault, List<IDisposable> owned)
        where T : class
    {
        Component<T> component = create?.Invoke(context) ?? new Component<T>(createDefault(), true);
        if (component.Value is null)
            throw new InvalidOperationException($"The factory of the {typeof(T).Name} returned null.");
        if (component.IsOwned && component.Value is IDisposable disposable)
            owned.Add(disposable);
        return component.Value;
    }

    private IEnumerable<string> FindFailures()
    {
        ValidateOptionsResult options = new SeqGanOptionsValidator().Validate(null, _options);
        foreach (string failure in options.Failures ?? [])
            yield return failure;
        if (_corpus is null)
            yield return $"There is no corpus: call {nameof(UseCorpus)}.";
        if (options.Failed)
            yield break;
        if (_discriminator is null)
        {
            foreach (string failure in _options.Discriminator.Contradictions(_corpus?.Format.MaxLength ?? int.MaxValue))
                yield return failure;
        }

        if (_options.PolicyGradient is { KlTarget: { } target, KlCoefficient: 0 })
            yield return $"{nameof(PolicyGradientOptions)}.{nameof(PolicyGradientOptions.KlTarget)} is {target}, but {nameof(PolicyGradientOptions.KlCoefficient)} is 0: set it to what the coefficient is to start from, or leave the target out.";
        if (_options.PolicyGradient is { ClipRange: > 0 and var range, Passes: 1 })
            yield return $"{nameof(PolicyGradientOptions)}.{nameof(PolicyGradientOptions.ClipRange)} is {range}, but {nameof(PolicyGradientOptions.Passes)} is 1, and the first pass has nothing to clip: set it to 2 or more, or {nameof(PolicyGradientOptions.ClipRange)} to 0.";
        foreach (string failure in FindRewardFailures())
            yield return failure;
        if (_corpus is not null)
        {
            foreach (string failure in TrainerComponents.FindFailures(_options.Training, _corpus))
                yield return failure;
        }
    }

    private IEnumerable<string> FindRewardFailures()
    {
        bool withoutDiscriminator = _discriminatorWeight?.IsZero ?? _options.Rewards.DiscriminatorWeight == 0;
        if (withoutDiscriminator && _rewards.Count == 0 && _rewardEstimator is null)
            yield return $"{nameof(RewardOptions)}.{nameof(RewardOptions.DiscriminatorWeight)} is 0 and no reward was added: nothing would reward a sequence.";
        if (withoutDiscriminator && _rewards.Count > 0 && _rewards.TrueForAll(reward => reward.IsZero))
            yield return $"The weights of the discriminator and of {string.Join(", ", _rewards.Select(reward => $"'{reward.Name ?? "a factory's reward"}'"))} are 0: nothing would reward a sequence. At least one must be another.";
        foreach (Reward reward in _rewards.Where(reward => !double.IsFinite(reward.Weight)))
            yield return $"The weight of reward '{reward.Name}' is {reward.Weight}; it must be finite.";
        if (_options.Rewards.Combination == RewardCombination.Product)
        {
            foreach (Reward reward in _rewards.Where(reward => reward.Weight < 0))
                yield return $"The weight of reward '{reward.Name}' is {reward.Weight}; in a product it must be at least 0.";
        }

        foreach (Reward reward in _rewards.Where(reward => reward.Name is { } name && string.IsNullOrWhiteSpace(name)))
            yield return $"A reward's name is '{reward.Name}'; it must not be empty.";
        foreach (IGrouping<string?, Reward> same in _rewards.Where(reward => reward.Name is not null).GroupBy(reward => reward.Name).Where(group => group.Count() > 1))
            yield return $"{same.Count()} rewards have the name '{same.Key}'; names must differ.";
    }

    private SeqGanBuilder Set(Action set, object? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(argument, name);
        ThrowIfSpent();
        set();
        return this;
    }

    private void ThrowIfSpent()
    {
        if (_isSpent)
            throw new InvalidOperationException("This builder has built its trainer and is spent; use a new one.");
    }

    private sealed record Component<T>(T Value, bool IsOwned);

    // Without a name: a factory's, whose scorer has it.
    private sealed record Reward(string? Name, double Weight, WeightSchedule? Schedule, Func<SeqGanBuildContext, ISequenceScorer> Create)
    {
        public bool IsZero => Schedule?.IsZero ?? Weight == 0;
    }
}
