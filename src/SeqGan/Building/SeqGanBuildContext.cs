namespace SeqGan.Building;

/// <summary>What a component's factory may use while <see cref="SeqGanBuilder.Build"/> runs.</summary>
/// <remarks>Not thread-safe, and not for use after the build.</remarks>
public sealed class SeqGanBuildContext
{
    private readonly Func<SeqGanBuildContext, IRollout> _createRollout;
    private readonly Func<SeqGanBuildContext, ISequenceScorer> _createScorer;

    internal SeqGanBuildContext(
        SeqGanOptions options, Corpus corpus, ILoggerFactory loggerFactory, IServiceProvider? services,
        Func<SeqGanBuildContext, IRollout> createRollout, Func<SeqGanBuildContext, ISequenceScorer> createScorer)
    {
        (Options, Corpus, LoggerFactory, Services) = (options, corpus, loggerFactory, services);
        (_createRollout, _createScorer) = (createRollout, createScorer);
    }

    /// <summary>The validated options.</summary>
    public SeqGanOptions Options { get; }

    /// <summary>The corpus.</summary>
    public Corpus Corpus { get; }

    /// <summary>The format of the sequences.</summary>
    public SequenceFormat Format => Corpus.Format;

    /// <summary>Makes loggers; where the application has none, such that write warnings and errors to standard error.</summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>The application's services, or null where it builds without a container.</summary>
    public IServiceProvider? Services { get; }

    /// <summary>What every generated sequence must satisfy, for generators of your own; null where there is no constraint.</summary>
    public ITokenConstraint? Constraint { get; internal set; }

    /// <summary>The generator; made first.</summary>
    /// <exception cref="InvalidOperationException">It is not made yet.</exception>
    public IGenerator Generator
    {
        get => field ?? throw NotYet(nameof(Generator));
        internal set;
    }

    /// <summary>The discriminator; made after the generator.</summary>
    /// <exception cref="InvalidOperationException">It is not made yet.</exception>
    public IDiscriminator Discriminator
    {
        get => field ?? throw NotYet(nameof(Discriminator));
        internal set;
    }

    /// <summary>What scores as the discriminator does: itself, unless something else asks it.</summary>
    internal ISequenceScorer DiscriminatorScores => field ??= CreateDiscriminatorScores?.Invoke(this) ?? Discriminator;

    /// <summary>Lets the trainer dispose something.</summary>
    internal Action<IDisposable> Owns { get; init; } = _ => { };

    internal Func<SeqGanBuildContext, ISequenceScorer>? CreateDiscriminatorScores { private get; init; }

    /// <summary>What rewards are made of: the discriminator or a combination, which may be an <see cref="IAdaptiveScorer"/>.</summary>
    /// <exception cref="InvalidOperationException">The discriminator is not made yet.</exception>
    public ISequenceScorer Scorer => ScorerIfUsed ??= _createScorer(this);

    /// <summary>The rollout; made when it is first asked for.</summary>
    public IRollout Rollout => RolloutIfUsed ??= _createRollout(this);

    internal ISequenceScorer? ScorerIfUsed { get; private set; }

    internal IRollout? RolloutIfUsed { get; private set; }

    private static InvalidOperationException NotYet(string component) =>
        new($"{component} is not made yet: components are made in the order generator, discriminator, reward estimator.");
}
