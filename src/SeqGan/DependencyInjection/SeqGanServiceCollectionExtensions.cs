using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeqGan;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="SeqGanTrainer"/> with a container.</summary>
public static class SeqGanServiceCollectionExtensions
{
    /// <summary>Registers a singleton <see cref="SeqGanTrainer"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">
    /// Composes the training. The builder comes with the bound options and with what the container has: <see cref="Corpus"/>,
    /// <see cref="IGenerator"/>, <see cref="IDiscriminator"/>, <see cref="IRollout"/>, <see cref="IRewardEstimator"/>, every
    /// <see cref="ISequenceScorer"/> as a reward of weight 1, every <see cref="ITrainingObserver"/>, and loggers. The container disposes
    /// these.
    /// </param>
    /// <returns>The options, to bind or configure further; they are validated when the host starts.</returns>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, Action<IServiceProvider, SeqGanBuilder>? configure = null) =>
        Add(services, null, configure);

    /// <summary>Registers a singleton <see cref="SeqGanTrainer"/> whose options come from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">A section with the properties of <see cref="SeqGanOptions"/>.</param>
    /// <param name="configure">Composes the training; see the other overload.</param>
    /// <returns>The options, to configure further; they are validated when the host starts.</returns>
    public static OptionsBuilder<SeqGanOptions> AddSeqGan(
        this IServiceCollection services, IConfiguration configuration, Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, null, configure).Bind(configuration);
    }

    /// <summary>Registers a keyed singleton <see cref="SeqGanTrainer"/>; it takes components of the same key.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key; also the name of the options.</param>
    /// <param name="configure">
    /// Composes the training; see <see cref="AddSeqGan(IServiceCollection, Action{IServiceProvider, SeqGanBuilder}?)"/>.
    /// </param>
    /// <returns>The options, to bind or configure further; they are validated when the host starts.</returns>
    public static OptionsBuilder<SeqGanOptions> AddKeyedSeqGan(
        this IServiceCollection services, string serviceKey, Action<IServiceProvider, SeqGanBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        return Add(services, serviceKey, configure);
    }

    /// <summary>Registers a keyed singleton <see cref="SeqGanTrainer"/> whose options come from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key; also the name of the options.</param>
    /// <param name="configuration">A section with the properties of <see cref="SeqGanOptions"/>.</param>
    /// <param name="configure">
    /// Composes the training; see <see cref="AddSeqGan(IServiceCollection, Action{IServiceProvider, SeqGanBuilder}?)"/>.
    /// </param>
    /// <returns>The options, to configure further; they are validated when the host starts.</returns>
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
        if (Find<Corpus>() is { } corpus)
            builder.UseCorpus(corpus);
        if (Find<IGenerator>() is { } generator)
            builder.UseGenerator(generator);
        if (Find<IDiscriminator>() is { } discriminator)
            builder.UseDiscriminator(discriminator);
        if (Find<IRollout>() is { } rollout)
            builder.UseRollout(rollout);
        if (Find<IRewardEstimator>() is { } estimator)
            builder.UseRewardEstimator(estimator);
        foreach (ISequenceScorer scorer in FindAll<ISequenceScorer>())
            builder.AddReward(scorer);
        foreach (ITrainingObserver observer in FindAll<ITrainingObserver>())
            builder.AddObserver(observer);
        configure?.Invoke(services, builder);
        return builder.Build(services);

        T? Find<T>()
            where T : class => key is null ? services.GetService<T>() : services.GetKeyedService<T>(key);

        IEnumerable<T> FindAll<T>()
            where T : class => key is null ? services.GetServices<T>() : services.GetKeyedServices<T>(key);
    }
}
