using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace SeqGan.Tests;

/// <summary>Silos that find each other through a service.</summary>
public sealed class MembershipTests
{
    private const string RedisServer = "/usr/bin/redis-server";

    [Fact]
    public async Task TrainAsync_SilosFindEachOtherThroughRedis_EndsWithTheWeightsOfOneProcess()
    {
        Assert.SkipUnless(File.Exists(RedisServer), $"There is no {RedisServer}: it is in Debian's package redis-server.");
        int port = SiloHost.FreePort();
        using Process redis = Process.Start(new ProcessStartInfo(
            RedisServer, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        })!;
        try
        {
            await WaitForAsync(port);
            string server = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            await TrainAsync(() => SiloHost.ThroughRedis(server, SiloHost.FreePort(), SiloHost.FreePort()));
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task TrainAsync_SilosFindEachOtherThroughPostgreSql_EndsWithTheWeightsOfOneProcess()
    {
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "There is no PostgreSQL server: it is in Debian's package postgresql.");
        int port = SiloHost.FreePort();
        using PostgreSqlServer server = await PostgreSqlServer.StartAsync(port, TestContext.Current.CancellationToken);
        await WaitForAsync(port);
        await server.CreateMembershipTablesAsync(TestContext.Current.CancellationToken);
        await TrainAsync(() => silo => silo
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", server.ConnectionString))
            .ConfigureEndpoints(IPAddress.Loopback, SiloHost.FreePort(), SiloHost.FreePort()));
    }

    [Fact]
    public async Task Build_OnThisMachine_ListensOnLoopbackAlone()
    {
        (int port, int gateway) = (SiloHost.FreePort(), SiloHost.FreePort());
        using IHost silo = SiloHost.Build(1, SiloHost.OnThisMachine(port, gateway, port));
        await silo.StartAsync(TestContext.Current.CancellationToken);
        IPEndPoint[] listeners =
        [
            .. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Where(listener => listener.Port == port || listener.Port == gateway),
        ];
        Assert.Equal(2, listeners.Length);
        Assert.All(listeners, listener => Assert.True(IPAddress.IsLoopback(listener.Address), $"{listener}"));
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    // A worker joins and does everything, another joins, and the first leaves.
    private static async Task TrainAsync(Func<Action<ISiloBuilder>> join)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using IHost trainer = SiloHost.Build(0, join()), worker = SiloHost.Build(1, join()), late = SiloHost.Build(1, join());
        await trainer.StartAsync(cancellationToken);
        await worker.StartAsync(cancellationToken);
        IClusterClient client = trainer.Services.GetRequiredService<IClusterClient>();
        await SiloHost.WaitForAsync(client, 2, cancellationToken);
        byte[] expected = await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder());
        Assert.Equal(expected, await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder().UseOrleansRewards(client)));
        await late.StartAsync(cancellationToken);
        await SiloHost.WaitForAsync(client, 3, cancellationToken);
        await worker.StopAsync(cancellationToken);
        Assert.Equal(expected, await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder().UseOrleansRewards(client)));
        await late.StopAsync(cancellationToken);
        await trainer.StopAsync(cancellationToken);
    }

    private static async Task WaitForAsync(int port)
    {
        long began = Environment.TickCount64;
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (Environment.TickCount64 - began < 60_000)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
