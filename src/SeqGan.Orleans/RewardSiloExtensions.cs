using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;

namespace SeqGan.Orleans;

/// <summary>Lets a silo work for trainings.</summary>
public static class RewardSiloExtensions
{
    /// <summary>Lets a silo complete and score for the trainings of <see cref="OrleansRewardExtensions.UseOrleansRewards"/>.</summary>
    public static ISiloBuilder AddSeqGanRewards(this ISiloBuilder builder, Action<RewardWorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<RewardWorkerOptions>();
        if (configure is not null)
            builder.Services.Configure(configure);
        builder.Services.TryAddSingleton<RewardWorker>();
        builder.Services.AddPlacementDirector<OnSiloOfKey, OnSiloOfKeyDirector>();
        return builder;
    }
}
