using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SeqGan.Endurance.Clusters;

/// <summary>
/// Estimates batches of rewards on worker processes, kills one of them at a random moment of each batch, and compares the rewards with
/// those of this process.
/// </summary>
internal static class ClusterVerb
{
    private const int Workers = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task<int> WorkAsync(CommandLine line)
    {
        await SiloHost.WorkAsync(line.Ports, redis: null);
        return 0;
    }

    public static async Task<int> RunAsync(CommandLine line)
    {
        if (line.Batches is not { } batches)
            throw new FormatException("cluster needs --batches.");
        long started = Stopwatch.GetTimestamp();
        int port = SiloHost.FreePort(), complete = 0, equal = 0, killed = 0;
        var slowest = TimeSpan.Zero;
        var random = new Random((int)line.Seed);
        using IHost host = SiloHost.Build(concurrentPieces: 0, SiloHost.OnThisMachine(port, SiloHost.FreePort(), port));
        await host.StartAsync();
        IClusterClient client = host.Services.GetRequiredService<IClusterClient>();
        var workers = new List<WorkerProcess>();
        try
        {
            while (workers.Count < Workers)
                workers.Add(StartWorker());
            await SiloHost.WaitForAsync(client, Workers + 1, CancellationToken.None);
            using var here = new Estimation(null, isSmall: true);
            using var there = new Estimation(client, isSmall: true);
            // The first one has everything to compile.
            TimeSpan usual = default;
            await CompareAsync(0, _ => Task.CompletedTask);
            usual = await CompareAsync(1, _ => Task.CompletedTask);
            (complete, equal, slowest) = (0, 0, TimeSpan.Zero);
            for (uint batch = 1; batch <= batches; batch++)
            {
                TimeSpan took = await CompareAsync(batch + 1, async usualTime =>
                {
                    await Task.Delay(usualTime * random.NextDouble());
                    int index = random.Next(workers.Count);
                    workers[index].Kill();
                    workers[index].Dispose();
                    workers[index] = StartWorker();
                    killed++;
                });
                await Console.Error.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"batch {batch}: {took.TotalSeconds:0.00} s, {equal} of {batch} equal"));
                await SiloHost.WaitForAsync(client, Workers + 1, CancellationToken.None);
            }

            async Task<TimeSpan> CompareAsync(uint step, Func<TimeSpan, Task> disturbAsync)
            {
                (float[] expected, _) = await here.EstimateAsync(step, CancellationToken.None);
                using var limit = new CancellationTokenSource(Limit);
                Task<(float[] Rewards, TimeSpan Time)> estimation = there.EstimateAsync(step, limit.Token);
                await disturbAsync(usual);
                (float[] rewards, TimeSpan time) = await estimation;
                complete++;
                equal += expected.AsSpan().SequenceEqual(rewards) ? 1 : 0;
                slowest = time > slowest ? time : slowest;
                return time;
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"A batch was not complete after {Limit.TotalSeconds} s.");
        }
        finally
        {
            foreach (WorkerProcess worker in workers)
                worker.Dispose();
        }

        if (line.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["batches"] = batches,
                ["complete"] = complete,
                ["equal"] = equal,
                ["killed"] = killed,
                ["slowest_seconds"] = Math.Round(slowest.TotalSeconds, 2),
                ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
            }));
        }

        return complete == batches && equal == batches ? 0 : 1;

        WorkerProcess StartWorker() => WorkerProcess.Start("cluster-worker", "--ports", SiloHost.PortsFor(port));
    }
}
