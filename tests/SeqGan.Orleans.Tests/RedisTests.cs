using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SeqGan.Tests;

public sealed class RedisTests
{
    private const string Server = "/usr/bin/redis-server";

    [Fact]
    public async Task TrainAsync_SilosFindEachOtherThroughRedis_EndsWithTheWeightsOfOneProcess()
    {
        Assert.SkipUnless(File.Exists(Server), $"There is no {Server}: it is in Debian's package redis-server.");
        int port = SiloHost.FreePort();
        using Process redis = Process.Start(new ProcessStartInfo(
            Server, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        })!;
        try
        {
            await WaitForAsync(port);
            string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            using IHost trainer = SiloHost.Build(0, address, SiloHost.FreePort(), SiloHost.FreePort(), 0);
            using IHost worker = SiloHost.Build(1, address, SiloHost.FreePort(), SiloHost.FreePort(), 0);
            await trainer.StartAsync(TestContext.Current.CancellationToken);
            await worker.StartAsync(TestContext.Current.CancellationToken);
            IClusterClient client = trainer.Services.GetRequiredService<IClusterClient>();
            await SiloHost.WaitForAsync(client, 2, TestContext.Current.CancellationToken);
            Assert.Equal(
                await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder()),
                await OrleansRewardsTests.WeightsAsync(TinyTraining.Builder().UseOrleansRewards(client)));
            await worker.StopAsync(TestContext.Current.CancellationToken);
            await trainer.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            redis.Kill();
        }
    }

    private static async Task WaitForAsync(int port)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
