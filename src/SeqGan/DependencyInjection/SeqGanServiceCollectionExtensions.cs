using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SeqGan;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="SeqGanTrainer"/> with a container, and has a host train it.</summary>
/// <example>
/// <code>
/// using Microsoft.Extensions.Configuration;
/// using Microsoft.Extensions.DependencyInjection;
///
/// void Register(IServiceCollection services, IConfiguration configuration)
/// {
///     services.AddSingleton(_ => Corpus.FromFile("names.txt"));
///     services.AddSeqGan(
///         configuration.GetSection("SeqGan"),
///         (_, seqGan) => seqGan.AddTextReward("short", 0.2, text => text.Length &gt; 8 ? 0 : 1));
///     services.AddSeqGanTraining();
/// }
/// </code>
/// </example>
public static class SeqGanServiceCollectionExtensions
{
    /// <summary>
    /// Registers a singleton <see cref="SeqGanTrainer"/>, which an action composes. The builder comes with the bound options and with what
    /// the container has and disposes: <see cref="Corpus"/>, <see cref="IGenerator"/>, <see cref="ITokenConstraint"/>,
    /// <see cref="IDiscriminator"/>, <see cref="IRollout"/>, <see cref="IRewardEstimator"/>, every <see cref="ISequenceScorer"/> as a
    /// reward of weight 1, every <see cref="ITrainingObserver"/>, and loggers.
    /// </summary>
    /// <returns>
    /// The options, to bind or configure further; they are validated when the host starts. So is that there is a corpus, unless there is an
    /// action, which may bring one.
    /// </returns>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, Action<IServiceProvider, SeqGanBuilder>? configure = null) =>
        Add(services, null, configure);

    /// <summary>
    /// Registers a singleton <see cref="SeqGanTrainer"/> with the <see cref="SeqGanOptions"/> of a section. A section that is missing, and
    /// what is in it and sets no option, is a failure of the validation that gives the nearest name.
    /// </summary>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, IConfiguration configuration, Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Bind(Add(services, null, configure), configuration);
    }

    /// <summary>
    /// Registers a keyed singleton <see cref="SeqGanTrainer"/>, as the overloads of <c>AddSeqGan</c>. It takes components of the same key,
    /// which is also the name of the options.
    /// </summary>
    public static OptionsBuilder<SeqGanOptions> AddKeyedSeqGan(
        this IServiceCollection services, string serviceKey, Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        return Add(services, serviceKey, configure);
    }

    /// <summary>Registers a keyed singleton <see cref="SeqGanTrainer"/> with the <see cref="SeqGanOptions"/> of a section.</summary>
    public static OptionsBuilder<SeqGanOptions> AddKeyedSeqGan(
        this IServiceCollection services, string serviceKey, IConfiguration configuration,
        Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Bind(AddKeyedSeqGan(services, serviceKey, configure), configuration);
    }

    /// <summary>
    /// Has the host train the <see cref="SeqGanTrainer"/>, through all phases, in the background. The host's start makes the trainer, and
    /// fails if that fails. <see cref="SeqGanTrainer.LatestTraining"/> completes with the training.
    /// </summary>
    /// <remarks>
    /// The training's progress is logged. When the host stops, the training ends between two steps and writes a checkpoint, if there are
    /// checkpoints; with <see cref="CheckpointOptions.ResumeFrom"/> the next start resumes. A failure is that of a
    /// <see cref="BackgroundService"/>: it is logged, and <c>HostOptions.BackgroundServiceExceptionBehavior</c> says whether the host
    /// stops.
    /// </remarks>
    /// <param name="services">The services, which have the trainer of <c>AddSeqGan</c>.</param>
    /// <param name="stopsHost">Whether the host stops when the training has ended.</param>
    /// <exception cref="InvalidOperationException">This has been called for the same trainer before.</exception>
    public static IServiceCollection AddSeqGanTraining(this IServiceCollection services, bool stopsHost = false) =>
        AddTraining(services, null, stopsHost);

    /// <summary>As <see cref="AddSeqGanTraining"/>, for the trainer of <c>AddKeyedSeqGan</c> with this key.</summary>
    public static IServiceCollection AddKeyedSeqGanTraining(
        this IServiceCollection services, string serviceKey, bool stopsHost = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        return AddTraining(services, serviceKey, stopsHost);
    }

    private static IServiceCollection AddTraining(IServiceCollection services, string? serviceKey, bool stopsHost)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(each => each.ServiceType == typeof(SeqGanTrainingService) && Equals(each.ServiceKey, serviceKey)))
        {
            string trainer = serviceKey is null ? nameof(SeqGanTrainer) : $"{nameof(SeqGanTrainer)} with the key '{serviceKey}'";
            throw new InvalidOperationException($"The host already trains the {trainer}; register its training once.");
        }

        services.Add(new ServiceDescriptor(
            typeof(SeqGanTrainingService), serviceKey, (provider, _) => new SeqGanTrainingService(provider, serviceKey, stopsHost),
            ServiceLifetime.Singleton));
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<SeqGanTrainingService>(serviceKey));
    }

    private static OptionsBuilder<SeqGanOptions> Bind(OptionsBuilder<SeqGanOptions> options, IConfiguration configuration)
    {
        options.Services.AddSingleton<IValidateOptions<SeqGanOptions>>(
            provider => new ConfigurationCheck(options.Name, configuration, provider.GetService<IConfiguration>()));
        return options.Bind(configuration);
    }

    private static OptionsBuilder<SeqGanOptions> Add(
        IServiceCollection services, string? key, Action<IServiceProvider, SeqGanBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SeqGanOptions>, SeqGanOptionsValidator>());
        if (key is null)
            services.AddSingleton(provider => Build(provider, null, configure));
        else
            services.AddKeyedSingleton(key, (provider, _) => Build(provider, key, configure));
        OptionsBuilder<SeqGanOptions> options = services.AddOptions<SeqGanOptions>(key).ValidateOnStart();
        return configure is null
            ? options.Validate<IServiceProvider>((_, provider) => HasCorpus(provider, key), DescribeMissingCorpus(key))
            : options;
    }

    // Without making one, which may read a large file.
    private static bool HasCorpus(IServiceProvider services, string? key) => key is null
        ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(Corpus)) != false
        : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(Corpus), key) != false;

    private static string DescribeMissingCorpus(string? key) => key is null
        ? $"There is no corpus: register a {nameof(Corpus)} with AddSingleton, or call {nameof(SeqGanBuilder.UseCorpus)} in the action of "
            + $"{nameof(AddSeqGan)}."
        : $"There is no corpus with the key '{key}': register a {nameof(Corpus)} with AddKeyedSingleton, or call "
            + $"{nameof(SeqGanBuilder.UseCorpus)} in the action of {nameof(AddKeyedSeqGan)}.";

    private static SeqGanTrainer Build(IServiceProvider services, string? key, Action<IServiceProvider, SeqGanBuilder>? configure)
    {
        // Created each time: a builder changes its options, which the container shares.
        SeqGanOptions options = services.GetRequiredService<IOptionsFactory<SeqGanOptions>>().Create(key ?? Options.Options.DefaultName);
        var builder = new SeqGanBuilder(options);
        builder.Plan.MissingCorpus = DescribeMissingCorpus(key);
        Use<Corpus>(corpus => builder.UseCorpus(corpus));
        Use<IGenerator>(generator => builder.UseGenerator(generator));
        Use<ITokenConstraint>(constraint => builder.UseConstraint(constraint));
        Use<IDiscriminator>(discriminator => builder.UseDiscriminator(discriminator));
        Use<IRollout>(rollout => builder.UseRollout(rollout));
        Use<IRewardEstimator>(estimator => builder.UseRewardEstimator(estimator));
        foreach (ISequenceScorer scorer in FindAll<ISequenceScorer>())
            builder.AddReward(scorer);
        foreach (ITrainingObserver observer in FindAll<ITrainingObserver>())
            builder.AddObserver(observer);
        configure?.Invoke(services, builder);
        return builder.Build(services);

        void Use<T>(Action<T> use)
        {
            if ((key is null ? services.GetService<T>() : services.GetKeyedService<T>(key)) is { } component)
                use(component);
        }

        IEnumerable<T> FindAll<T>()
            where T : class => key is null ? services.GetServices<T>() : services.GetKeyedServices<T>(key);
    }
}
