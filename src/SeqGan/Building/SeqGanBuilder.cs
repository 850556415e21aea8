using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>
/// Composes adversarial training: <c>Use…</c> replaces a component, <c>Add…</c> appends, <see cref="Configure"/> sets options, and
/// <see cref="Build"/> checks everything at once.
/// </summary>
/// <remarks>
/// Not thread-safe. An instance that is handed in stays the caller's to dispose; what a factory makes, the trainer disposes. Factories are
/// called once by <see cref="Build"/>. After a successful build the builder is spent. Add capabilities by extension methods.
/// </remarks>
/// <example>
/// <code>
/// using SeqGanTrainer trainer = new SeqGanBuilder()
///     .UseCorpus(Corpus.FromFile("names.txt"))
///     .AddTextReward("short", 0.5, text => text.Length &gt; 8 ? 0 : 1)
///     .AddObserver(progress => Console.WriteLine(progress))
///     .Build();
/// await trainer.TrainAsync();
/// foreach (string name in trainer.Generate(10))
///     Console.WriteLine(name);
/// </code>
/// </example>
public sealed class SeqGanBuilder
{
    private readonly BuildPlan _plan;
    private bool _isSpent;

    /// <summary>Starts with the default options and components.</summary>
    /// <param name="options">Options to start from, such as bound ones; the builder changes this instance.</param>
    public SeqGanBuilder(SeqGanOptions? options = null) => _plan = new BuildPlan(options ?? new SeqGanOptions());

    internal BuildPlan Plan => _plan;

    /// <summary>Sets the sequences to learn from; required.</summary>
    public SeqGanBuilder UseCorpus(Corpus corpus) => Set(corpus, () => _plan.Corpus = corpus);

    /// <summary>Logs with these loggers, category <c>SeqGan.SeqGanTrainer</c>; by default with those of the container.</summary>
    /// <remarks>Without either, warnings and errors go to standard error, so that somebody sees them.</remarks>
    public SeqGanBuilder UseLoggerFactory(ILoggerFactory loggerFactory) => Set(loggerFactory, () => _plan.LoggerFactory = loggerFactory);

    /// <summary>
    /// Sets all options, except the seed, the devices, divergence and checkpoints, to the paper's published parameters of the synthetic
    /// experiment. Configure what should differ after it.
    /// </summary>
    public SeqGanBuilder UsePaperParameters() => Configure(options => options.UsePaperParameters());

    /// <summary>
    /// Sets the seed that determines every random number of the run. Without this call it is 0, not a drawn one, so that a run can be
    /// repeated and resumed exactly.
    /// </summary>
    public SeqGanBuilder UseSeed(ulong seed) => Configure(options => options.Seed = seed);

    /// <summary>Changes the options, such as <c>options.Training.BatchSize</c>; called at once.</summary>
    public SeqGanBuilder Configure(Action<SeqGanOptions> configure) => Set(configure, () => configure(_plan.Options));

    /// <summary>
    /// Makes the generator a <see cref="TransformerGenerator"/>, with learning rates that suit it: 0.003, and 0.0001 for the policy
    /// gradient.
    /// </summary>
    /// <param name="configure">Changes its options, such as its width, layers and heads; called at once.</param>
    public SeqGanBuilder UseTransformerGenerator(Action<GeneratorOptions>? configure = null) => Configure(options =>
    {
        _plan.Generator = null;
        GeneratorOptions generator = options.Generator;
        generator.Network = GeneratorNetwork.Transformer;
        generator.LearningRate = TransformerGenerator.LearningRate;
        generator.PolicyGradientLearningRate = TransformerGenerator.PolicyGradientLearningRate;
        configure?.Invoke(generator);
    });

    /// <summary>Replaces the <see cref="NeuralGenerator"/> by one of the corpus's format, which stays the caller's to dispose.</summary>
    public SeqGanBuilder UseGenerator(IGenerator generator) => Set(generator, () => _plan.Generator = new(_ => generator, IsOwned: false));

    /// <summary>Replaces the <see cref="NeuralGenerator"/> by what a factory makes; the trainer disposes it.</summary>
    public SeqGanBuilder UseGenerator(Func<SeqGanBuildContext, IGenerator> create) =>
        Set(create, () => _plan.Generator = new(create, IsOwned: true));

    /// <summary>
    /// Sets what every generated sequence satisfies: in sampling, in rollouts, so that the value of a prefix is its value under the
    /// constraint, and in the policy gradient. Pre-training learns from all data; the number of sequences that break the constraint is
    /// logged.
    /// </summary>
    /// <remarks>
    /// The constraint has the corpus's format, labels aside; <see cref="TokenConstraint"/> makes some. A generator of your own must have
    /// it, too. A training resumes only under the constraint of the same text (<c>ToString</c>). A saved or compiled model does not contain
    /// the constraint: give it again in <see cref="SamplingOptions.Constraint"/>.
    /// </remarks>
    public SeqGanBuilder UseConstraint(ITokenConstraint constraint) => Set(constraint, () => _plan.Constraint = _ => constraint);

    /// <summary>
    /// As <see cref="UseConstraint(ITokenConstraint)"/>, with a constraint made of the corpus's vocabulary and tokenizer.
    /// </summary>
    public SeqGanBuilder UseConstraint(Func<SeqGanBuildContext, ITokenConstraint> create) => Set(create, () => _plan.Constraint = create);

    /// <summary>Replaces the discriminator. It stays the caller's to dispose.</summary>
    public SeqGanBuilder UseDiscriminator(IDiscriminator discriminator) =>
        Set(discriminator, () => _plan.Discriminator = new(_ => discriminator, IsOwned: false));

    /// <summary>Replaces the discriminator by what a factory makes; the trainer disposes it.</summary>
    public SeqGanBuilder UseDiscriminator(Func<SeqGanBuildContext, IDiscriminator> create) =>
        Set(create, () => _plan.Discriminator = new(create, IsOwned: true));

    /// <summary>
    /// Makes a TorchSharp module the discriminator: a <see cref="ModuleDiscriminator"/> with this training's seed and discriminator
    /// options. The trainer disposes it.
    /// </summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="createModule">Makes the network for the context's format, as of <see cref="ModuleDiscriminator"/>.</param>
    public SeqGanBuilder UseDiscriminator(string name, Func<SeqGanBuildContext, nn.Module<Tensor, Tensor>> createModule)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Set(createModule, () => _plan.Discriminator = new(CreateDiscriminator, IsOwned: true) { UsesDevice = true });

        ModuleDiscriminator CreateDiscriminator(SeqGanBuildContext context) => new(
            name, createModule(context) ?? throw new InvalidOperationException($"The factory of the module of '{name}' returned null."),
            context.Format, context.Options.Discriminator, context.Options.Seed);
    }

    /// <summary>Lets something else give the discriminator's scores as rewards; it trains and is saved as before.</summary>
    internal SeqGanBuilder UseDiscriminatorScores(Func<SeqGanBuildContext, ISequenceScorer> create) =>
        Set(create, () => _plan.DiscriminatorScores = create);

    /// <summary>
    /// Replaces the <see cref="MonteCarloRollout"/> by one of the corpus's format, which stays the caller's to dispose. The trainer moves
    /// its policy after each generator step, even if only a reward estimator that was handed in uses it.
    /// </summary>
    public SeqGanBuilder UseRollout(IRollout rollout) => Set(rollout, () => _plan.Rollout = new(_ => rollout, IsOwned: false));

    /// <summary>Replaces the <see cref="MonteCarloRollout"/> by what a factory makes; the trainer disposes it.</summary>
    public SeqGanBuilder UseRollout(Func<SeqGanBuildContext, IRollout> create) =>
        Set(create, () => _plan.Rollout = new(create, IsOwned: true));

    /// <summary>
    /// Replaces the <see cref="MonteCarloRewardEstimator"/>. The estimator alone decides what to do with the discriminator and added
    /// rewards. It stays the caller's to dispose.
    /// </summary>
    public SeqGanBuilder UseRewardEstimator(IRewardEstimator estimator) =>
        Set(estimator, () => _plan.RewardEstimator = new(_ => estimator, IsOwned: false));

    /// <summary>Replaces the <see cref="MonteCarloRewardEstimator"/> by what a factory makes; the trainer disposes it.</summary>
    public SeqGanBuilder UseRewardEstimator(Func<SeqGanBuildContext, IRewardEstimator> create) =>
        Set(create, () => _plan.RewardEstimator = new(create, IsOwned: true));

    /// <summary>
    /// Replaces the reward estimator by one that gives every token its sequence's score, without rollouts: cheaper than
    /// <see cref="MonteCarloRewardEstimator"/> and noisier, because early tokens share the blame for late ones.
    /// </summary>
    public SeqGanBuilder UseSequenceRewards() => UseRewardEstimator(context => new SequenceRewardEstimator(context.Scorer));

    /// <summary>
    /// Replaces the reward estimator by MaliGAN's weights: the odds that the discriminator gives a sequence, D / (1 - D), divided by their
    /// mean over the batch, for each of its tokens. It ignores added rewards. Source: Che et al. 2017, arXiv 1702.07983.
    /// </summary>
    public SeqGanBuilder UseMaliGanRewards() =>
        UseRewardEstimator(context => new SequenceRewardEstimator(context.DiscriminatorScores, MaliGanWeights.Apply));

    /// <summary>
    /// Trains cooperatively: a mediator takes the discriminator's place, a second generator that learns real and generated sequences
    /// together, and a token's reward is how much likelier the mediator finds it than the generator does. There are no rollouts, and added
    /// rewards are ignored. Source: Lu et al. 2018, "CoT", arXiv 1804.03782.
    /// </summary>
    /// <remarks>
    /// The paper alternates a step of each: let <see cref="TrainingOptions.NegativeSamples"/> be half of
    /// <see cref="TrainingOptions.BatchSize"/>.
    /// </remarks>
    /// <param name="mediator">The mediator's network and learning rate; null for the generator's.</param>
    public SeqGanBuilder UseCooperativeTraining(GeneratorOptions? mediator = null)
    {
        return UseDiscriminator(CreateMediator).UseRewardEstimator(CreateEstimator);

        IDiscriminator CreateMediator(SeqGanBuildContext context) => new Mediator(
            context.Generator,
            NeuralGenerator.Create(context.Format, mediator ?? context.Options.Generator, context.Options.Seed + 1));

        static IRewardEstimator CreateEstimator(SeqGanBuildContext context) => context.Discriminator is Mediator found
            ? new CooperativeRewardEstimator(found, context.Generator.DrawnUnder())
            : throw BuildChecks.Failure(
                $"{nameof(UseCooperativeTraining)} needs its mediator as the discriminator, which is '{context.Discriminator.Name}': leave "
                + $"out {nameof(UseDiscriminator)}.");
    }

    /// <summary>
    /// Replaces the reward estimator by one that gives every token the same reward and ignores the discriminator and added rewards: the
    /// control of an experiment. What a run gains with it, it gains from sharpening its own distribution.
    /// </summary>
    /// <param name="reward">Finite. 0.5 is what a discriminator that knows nothing would give.</param>
    public SeqGanBuilder UseConstantReward(float reward = 0.5f) => UseRewardEstimator(_ => new ConstantRewardEstimator(reward));

    /// <summary>Adds a scorer to those that reward a sequence. It stays the caller's to dispose.</summary>
    /// <param name="scorer">Any scorer, such as one of <see cref="Scorers"/>; NaN leaves a sequence out.</param>
    /// <param name="weight">
    /// A number or a schedule, finite, and possibly negative in a sum; null is 1. The discriminator's is
    /// <see cref="RewardOptions.DiscriminatorWeight"/>.
    /// </param>
    public SeqGanBuilder AddReward(ISequenceScorer scorer, WeightSchedule? weight = null) =>
        Set(scorer, () => _plan.Rewards.Add(new Reward(scorer.Name, weight ?? 1, _ => scorer)));

    /// <summary>Adds a scorer that a factory makes of the corpus, the generator and the discriminator; the trainer disposes it.</summary>
    public SeqGanBuilder AddReward(Func<SeqGanBuildContext, ISequenceScorer> create, WeightSchedule? weight = null) =>
        Set(create, () => _plan.Rewards.Add(new Reward(null, weight ?? 1, create)));

    /// <summary>Adds a rule over the decoded text; the corpus must have text.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="weight">A number or a schedule, finite, and possibly negative in a sum.</param>
    /// <param name="score">A finite number for a text, or NaN for "not applicable".</param>
    public SeqGanBuilder AddTextReward(string name, WeightSchedule weight, Func<string, double> score)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(weight);
        return Set(score, () => _plan.Rewards.Add(
            new Reward(name, weight, context => Scorers.FromText(name, score, context.Corpus.Decode), NeedsText: true)));
    }

    /// <summary>Adds a rule over the token ids of a sequence without its padding; otherwise as <see cref="AddTextReward"/>.</summary>
    public SeqGanBuilder AddTokenReward(string name, WeightSchedule weight, Func<ReadOnlySpan<int>, double> score)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(weight);
        return Set(score, () => _plan.Rewards.Add(new Reward(name, weight, _ => new DelegateScorer(name, score))));
    }

    /// <summary>
    /// Wraps everything that rewards a sequence, the discriminator or the combination, in one scorer, such as
    /// <see cref="Scorers.WithDiversityFilter"/>. The last call counts; what the function makes is not disposed.
    /// </summary>
    public SeqGanBuilder DecorateRewards(Func<ISequenceScorer, ISequenceScorer> decorate) => Set(decorate, () => _plan.Decorate = decorate);

    /// <summary>Adds an observer, which stays the caller's; observers are called in the order in which they were added.</summary>
    public SeqGanBuilder AddObserver(ITrainingObserver observer) => Set(observer, () => _plan.Observers.Add(observer));

    /// <summary>Adds an action that sees the report of each round's end, between two steps and in order.</summary>
    /// <param name="observe">Called on the training's thread; an exception ends the training. Nothing waits for a <c>ValueTask</c>.</param>
    /// <param name="withinRounds">Whether it also sees reports from within rounds.</param>
    public SeqGanBuilder AddObserver(Action<TrainingProgress> observe, bool withinRounds = false)
    {
        ArgumentNullException.ThrowIfNull(observe);
        return AddObserver(ObserveAsync, withinRounds);

        Task ObserveAsync(TrainingProgress progress)
        {
            observe(progress);
            return Task.CompletedTask;
        }
    }

    /// <summary>Adds an asynchronous function that sees the report of each round's end; the training waits for its task.</summary>
    public SeqGanBuilder AddObserver(Func<TrainingProgress, Task> observe, bool withinRounds = false) =>
        Set(observe, () => _plan.Observers.Add(new DelegateObserver(observe, withinRounds)));

    /// <summary>
    /// Writes checkpoints of the whole training: at intervals of <see cref="CheckpointOptions.Interval"/>, at the end of phases, and when
    /// it is cancelled or fails. A folder with checkpoints of another training is refused, unless the training resumes from it.
    /// </summary>
    /// <param name="directory">The folder; created if it is missing.</param>
    /// <param name="written">
    /// Called for each checkpoint after it is on the disk, on the thread pool, one call at a time and in order. A training ends after the
    /// last call, so it must not wait for that. It may save another checkpoint or dispose the trainer. Its exceptions are logged.
    /// </param>
    public SeqGanBuilder UseCheckpoints(string directory, Action<CheckpointInfo>? written = null) =>
        Set(directory, () => (_plan.Options.Checkpoints.Directory, _plan.CheckpointWritten) = (directory, written));

    /// <summary>
    /// Resumes from the newest intact checkpoint of a folder, exactly as if the training had never stopped; if the folder has no
    /// checkpoint, the training starts from the beginning. New checkpoints go there, unless <see cref="UseCheckpoints"/> names another
    /// folder.
    /// </summary>
    /// <param name="directory">The folder. Its content may come from anybody: it is read as data, checked, and never executed.</param>
    /// <remarks>
    /// The program is otherwise that of the first start. Numbers of rounds, the schedule, learning rates and the like may differ; sizes,
    /// the seed, the batch size and the corpus may not. A damaged checkpoint is logged, skipped and kept. libtorch's global generator, from
    /// which components of your own may draw, is restored.
    /// </remarks>
    public SeqGanBuilder ResumeFrom(string directory) => Set(directory, () => _plan.Options.Checkpoints.ResumeFrom = directory);

    /// <summary>Checks everything and makes the trainer, which the caller disposes. Afterwards the builder is spent.</summary>
    /// <param name="services">The application's container, for loggers and for factories.</param>
    /// <exception cref="OptionsValidationException">
    /// Options or components are wrong; the message lists every failure. The builder can be corrected and built again.
    /// </exception>
    /// <exception cref="InvalidOperationException">The builder is spent, or a factory returned null.</exception>
    /// <exception cref="ConstraintException">The constraint failed for a sequence of the corpus.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    /// <exception cref="CheckpointException">
    /// The folder of checkpoints belongs to another training or cannot be used; or all checkpoints to resume from are damaged
    /// (<see cref="CheckpointException.IsCorrupt"/>); or the newest does not fit (<see cref="CheckpointException.IsMismatch"/>).
    /// </exception>
    public SeqGanTrainer Build(IServiceProvider? services = null)
    {
        ThrowIfSpent();
        BuildChecks.ThrowIfInvalid(_plan);
        SeqGanTrainer trainer = new TrainerAssembly(_plan, services).Create();
        _isSpent = true;
        return trainer;
    }

    private SeqGanBuilder Set(object? argument, Action set, [CallerArgumentExpression(nameof(argument))] string? name = null)
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
}
