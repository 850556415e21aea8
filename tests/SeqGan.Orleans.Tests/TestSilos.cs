using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace SeqGan.Tests;

/// <summary>Silos with rewards in this process.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private TestSilos(InProcessTestCluster inner) => Inner = inner;

    public InProcessTestCluster Inner { get; }

    public IClusterClient Client => Inner.Client;

    public static async Task<TestSilos> StartAsync(
        short silos = 2, Action<IServiceCollection>? services = null, Action<RewardWorkerOptions>? configure = null,
        Func<IIncomingGrainCallContext, Task>? filter = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddSeqGanRewards(configure);
            services?.Invoke(silo.Services);
            // Of this package's messages alone: Orleans has its own.
            if (filter is not null)
                silo.AddIncomingGrainCallFilter(context => context.InterfaceMethod?.DeclaringType == typeof(IRewardWorker)
                    ? filter(context) : context.Invoke());
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilos(cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await Inner.StopAllSilosAsync();
        await Inner.DisposeAsync();
    }
}
