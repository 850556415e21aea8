using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeqGan;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="SeqGanTrainer"/> with a container.</summary>
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
/// }
/// </code>
/// </example>
public static class SeqGanServiceCollectionExtensions
{
    /// <summary>
    /// Registers a singleton <see cref="SeqGanTrainer"/>, which an action composes. The builder comes with the bound options and with what
    /// the container has and disposes: <see cref="Corpus"/>, <see cref="IGenerator"/>, <see cref="IDiscriminator"/>,
    /// <see cref="IRollout"/>, <see cref="IRewardEstimator"/>, every <see cref="ISequenceScorer"/> as a reward of weight 1, every
    /// <see cref="ITrainingObserver"/>, and loggers.
    /// </summary>
    /// <returns>The options, to bind or configure further; they are validated when the host starts.</returns>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, Action<IServiceProvider, SeqGanBuilder>? configure = null) =>
        Add(services, null, configure);

    /// <summary>Registers a singleton <see cref="SeqGanTrainer"/> with the <see cref="SeqGanOptions"/> of a section.</summary>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, IConfiguration configuration, Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, null, configure).Bind(configuration);
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
        return AddKeyedSeqGan(services, serviceKey, configure).Bind(configuration);
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
        return services.AddOptions<SeqGanOptions>(key).ValidateOnStart();
    }

    private static SeqGanTrainer Build(IServiceProvider services, string? key, Action<IServiceProvider, SeqGanBuilder>? configure)
    {
        // Created each time: a builder changes its options, which the container shares.
        SeqGanOptions options = services.GetRequiredService<IOptionsFactory<SeqGanOptions>>().Create(key ?? Options.Options.DefaultName);
        var builder = new SeqGanBuilder(options);
        Use<Corpus>(corpus => builder.UseCorpus(corpus));
        Use<IGenerator>(generator => builder.UseGenerator(generator));
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
