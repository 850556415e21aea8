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
    /// <summary>A host of a silo that works on so many pieces at a time, and listens on loopback alone unless Redis is used.</summary>
    public static IHost Build(int concurrentPieces, string? redis, int port, int gatewayPort, int primaryPort)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            if (redis is null)
                silo.UseLocalhostClustering(port, gatewayPort, new IPEndPoint(IPAddress.Loopback, primaryPort));
            else
                silo.UseRedisClustering(redis).ConfigureEndpoints(port, gatewayPort, listenOnAnyHostAddress: true);
            // A killed process is found missing in seconds rather than in half a minute.
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.AddSeqGanRewards(options => options.ConcurrentPieces = concurrentPieces);
        });
        return builder.Build();
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
