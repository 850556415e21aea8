using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SeqGan.Endurance.Clusters;

/// <summary>
/// Estimates batches of rewards on worker processes, kills one of them at a random moment of each batch, and compares the rewards with
/// those of this process; or lets the workers live, and looks whether they grow.
/// </summary>
internal static class ClusterVerb
{
    private const int Workers = 3, WarmUp = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task<int> WorkAsync(CommandLine line)
    {
        await SiloHost.WorkAsync(line.Ports, redis: null);
        return 0;
    }

    public static Task<int> RunAsync(CommandLine line) => line switch
    {
        { Batches: { } batches, Minutes: null } => KillAsync(line, batches),
        { Batches: null, Minutes: { } time } => SoakAsync(line, time),
        _ => throw new FormatException("cluster needs either --batches or --minutes."),
    };

    // Both networks change before every batch. A worker's memory is the least of ten seconds: what it has between two collections.
    private static async Task<int> SoakAsync(CommandLine line, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        int port = SiloHost.FreePort(), window = -1;
        using IHost host = SiloHost.Build(concurrentPieces: 0, SiloHost.OnThisMachine(port, SiloHost.FreePort(), port));
        await host.StartAsync();
        IClusterClient client = host.Services.GetRequiredService<IClusterClient>();
        using WorkerProcess worker = StartWorker(port);
        await SiloHost.WaitForAsync(client, 2, CancellationToken.None);
        using var there = new Estimation(client, isSmall: true);
        var least = new List<long>();
        uint batch = 0;
        for (; Stopwatch.GetElapsedTime(started) < time; batch++)
        {
            await there.TrainDiscriminatorAsync(batch, CancellationToken.None);
            await there.EstimateAsync(batch, CancellationToken.None);
            int now = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds / 10);
            long resident = worker.ResidentBytes;
            if (now == window)
            {
                least[^1] = Math.Min(least[^1], resident);
                continue;
            }

            window = now;
            least.Add(resident);
            await Console.Error.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{now * 10} s, {batch} batches: {resident / 1e6:0} MB"));
        }

        // After a fifth of the time everything was compiled, and has its usual size.
        long[] steady = [.. least.Skip(least.Count / 5)];
        int third = Math.Max(1, steady.Length / 3);
        double growth = (100.0 * steady.TakeLast(third).Min() / steady.Take(third).Min()) - 100;
        if (line.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["batches"] = batch,
                ["worker_growth_percent"] = Math.Round(growth, 2),
                ["worker_mb"] = Math.Round(least[^1] / 1e6, 1),
                ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
            }));
        }

        return growth < 5 ? 0 : 1;
    }

    private static WorkerProcess StartWorker(int port) => WorkerProcess.Start("cluster-worker", "--ports", SiloHost.PortsFor(port));

    private static async Task<int> KillAsync(CommandLine line, int batches)
    {
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
                workers.Add(StartWorker(port));
            await SiloHost.WaitForAsync(client, Workers + 1, CancellationToken.None);
            using var here = new Estimation(null, isSmall: true);
            using var there = new Estimation(client, isSmall: true);
            // The first ones have everything to compile.
            TimeSpan shortest = Limit;
            for (uint step = 0; step < WarmUp; step++)
                await CompareAsync(step, (_, _) => Task.CompletedTask);
            (complete, equal, slowest) = (0, 0, TimeSpan.Zero);
            for (uint batch = 1; batch <= batches; batch++)
            {
                TimeSpan took = await CompareAsync(batch + WarmUp, async (shortestTime, estimation) =>
                {
                    // Before the end of the shortest batch.
                    await Task.Delay(shortestTime * (0.9 * random.NextDouble()));
                    int index = random.Next(workers.Count);
                    // A batch that is already done was not disturbed.
                    killed += estimation.IsCompleted ? 0 : 1;
                    workers[index].Kill();
                    workers[index].Dispose();
                    workers[index] = StartWorker(port);
                });
                await Console.Error.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"batch {batch}: {took.TotalSeconds:0.00} s, {equal} of {batch} equal"));
                await SiloHost.WaitForAsync(client, Workers + 1, CancellationToken.None);
            }

            async Task<TimeSpan> CompareAsync(uint step, Func<TimeSpan, Task, Task> disturbAsync)
            {
                (float[] expected, _) = await here.EstimateAsync(step, CancellationToken.None);
                using var limit = new CancellationTokenSource(Limit);
                Task<(float[] Rewards, TimeSpan Time)> estimation = there.EstimateAsync(step, limit.Token);
                await disturbAsync(shortest, estimation);
                (float[] rewards, TimeSpan time) = await estimation;
                complete++;
                equal += expected.AsSpan().SequenceEqual(rewards) ? 1 : 0;
                slowest = time > slowest ? time : slowest;
                shortest = time < shortest ? time : shortest;
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
    }
}
