using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using SeqGan.Orleans;

namespace Cluster;

/// <summary>Builds hosts of silos: the trainer's, which only passes messages on, and the workers'.</summary>
internal static class SiloHost
{
    /// <summary>A host of a silo that works on so many pieces at a time.</summary>
    /// <param name="concurrentPieces">How many pieces; 0 for none.</param>
    /// <param name="join">How it finds the others, such as <see cref="OnThisMachine"/>.</param>
    public static IHost Build(int concurrentPieces, Action<ISiloBuilder> join)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error)
            // They report at length what a trainer notices and mends.
            .AddFilter("Orleans", LogLevel.Critical).AddFilter("Polly", LogLevel.None);
        builder.UseOrleans(silo =>
        {
            join(silo);
            // A killed process is found missing in seconds rather than in half a minute.
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
                // The silo that is asked to look, too, may be one that was killed a moment ago.
                options.EnableIndirectProbes = false;
            });
            silo.AddSeqGanRewards(options => options.ConcurrentPieces = concurrentPieces);
        });
        return builder.Build();
    }

    /// <summary>Silos listen on loopback alone, and find each other through one of them.</summary>
    public static Action<ISiloBuilder> OnThisMachine(int port, int gatewayPort, int primaryPort) =>
        silo => silo.UseLocalhostClustering(port, gatewayPort, new IPEndPoint(IPAddress.Loopback, primaryPort));

    /// <summary>Silos find each other through a Redis server, and listen beyond loopback only if the server is beyond it.</summary>
    public static Action<ISiloBuilder> ThroughRedis(string server, int port, int gatewayPort) => silo =>
    {
        silo.UseRedisClustering(server);
        if (server.StartsWith("127.", StringComparison.Ordinal) || server.StartsWith("localhost", StringComparison.Ordinal))
            silo.ConfigureEndpoints(IPAddress.Loopback, port, gatewayPort);
        else
            silo.ConfigureEndpoints(port, gatewayPort, listenOnAnyHostAddress: true);
    };

    /// <summary>A worker's ports, and that of the silo it joins.</summary>
    public static string PortsFor(int primaryPort) =>
        string.Create(CultureInfo.InvariantCulture, $"{FreePort()},{FreePort()},{primaryPort}");

    /// <summary>Is a worker until standard input ends.</summary>
    /// <param name="ports">As of <see cref="PortsFor"/>; empty for the usual ones.</param>
    /// <param name="redis">A Redis server through which silos find each other, instead.</param>
    public static async Task WorkAsync(string ports, string? redis)
    {
        int[] numbers = ports.Length == 0
            ? [11111, 30000, 0]
            : [.. ports.Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        using IHost host = Build(
            concurrentPieces: 1,
            redis is null ? OnThisMachine(numbers[0], numbers[1], numbers[2]) : ThroughRedis(redis, numbers[0], numbers[1]));
        await host.StartAsync();
        // On a thread of its own: reading the console asynchronously blocks a thread, too.
        await Task.Factory.StartNew(
            Console.In.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await host.StopAsync();
    }

    /// <summary>Waits until the cluster has so many silos.</summary>
    /// <exception cref="TimeoutException">It had fewer for two minutes.</exception>
    public static async Task WaitForAsync(IClusterClient client, int silos, CancellationToken cancellationToken)
    {
        long began = Environment.TickCount64;
        while ((await client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken)).Count < silos)
        {
            if (Environment.TickCount64 - began > 120_000)
                throw new TimeoutException($"The cluster does not have {silos} silos after two minutes.");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
