using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SeqGan.Orleans;

/// <summary>
/// Says how a silo's work on rewards is: healthy, or degraded where it has as many pieces as it takes, so that more are sent elsewhere, or
/// lacks what some of them need, such as libtorch. Its data are the pieces, trainings and bytes of weights that the silo has.
/// </summary>
/// <example>
/// <code>
/// using Microsoft.Extensions.DependencyInjection;
///
/// void Register(IServiceCollection services) =&gt; services.AddHealthChecks().AddCheck&lt;RewardWorkerHealthCheck&gt;("rewards");
/// </code>
/// </example>
public sealed class RewardWorkerHealthCheck : IHealthCheck
{
    private readonly RewardWorker? _worker;

    /// <summary>A check of the silo in a container.</summary>
    public RewardWorkerHealthCheck(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _worker = services.GetService<RewardWorker>();
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (_worker?.State is not { } state)
            return HealthCheckResult.Unhealthy($"There is no silo with {nameof(RewardSiloExtensions.AddSeqGanRewards)} in this process.");
        var data = new Dictionary<string, object>
        {
            ["working"] = state.Working,
            ["waiting"] = state.Waiting,
            ["trainings"] = state.Trainings,
            ["weights_bytes"] = state.WeightsBytes,
        };
        if (state.Lacks is { } lacks)
            return HealthCheckResult.Degraded($"It cannot do some pieces: {lacks}", data: data);
        return state.Waiting >= state.MostWaiting
            ? HealthCheckResult.Degraded($"{state.Waiting} pieces are waiting; more are sent elsewhere.", data: data)
            : HealthCheckResult.Healthy($"{state.Working} pieces are worked on, and {state.Waiting} are waiting.", data);
    }
}
