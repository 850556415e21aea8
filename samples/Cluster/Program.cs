using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quickstart;
using SeqGan;
using SeqGan.Building;
using SeqGan.Orleans;
using SeqGan.Training;

const int WarmUp = 3;

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

if (arguments.Worker is not { } ports)
    return await CompareAsync();
await SiloHost.WorkAsync(ports, arguments.Redis);
return 0;

async Task<int> CompareAsync()
{
    var clock = Stopwatch.StartNew();
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        stop.Cancel();
    };
    using var traffic = new Traffic();
    int port = SiloHost.FreePort();
    using IHost host = SiloHost.Build(
        concurrentPieces: 0,
        arguments.Redis is { } server
            ? SiloHost.ThroughRedis(server, port, SiloHost.FreePort()) : SiloHost.OnThisMachine(port, SiloHost.FreePort(), port));
    await host.StartAsync(stop.Token);
    IClusterClient client = host.Services.GetRequiredService<IClusterClient>();
    var workers = new List<WorkerProcess>();
    WorkerProcess StartWorker() => WorkerProcess.Start(
        ["--worker", SiloHost.PortsFor(port), .. arguments.Redis is { } redis ? (string[])["--redis", redis] : []]);

    try
    {
        for (int i = 0; i < arguments.Workers; i++)
            workers.Add(StartWorker());
        await SiloHost.WaitForAsync(client, arguments.Workers + 1, stop.Token);
        Console.WriteLine($"{arguments.Workers} workers after {clock.Elapsed.TotalSeconds:0.0} s");

        bool equal = true;
        int killed = 0;
        (double local, double cluster) = (0, 0);
        int batches = arguments.Smoke ? 5 : 20;
        long sent = 0;
        using (var here = new Estimation(null))
        using (var there = new Estimation(client))
        {
            // The first ones do not count: the weights have to be sent, and everything to be compiled.
            for (uint step = 0; step < batches + WarmUp; step++)
            {
                (float[] rewardsHere, TimeSpan timeHere) = await here.EstimateAsync(step, stop.Token);
                (float[] rewardsThere, TimeSpan timeThere) = await there.EstimateAsync(step, stop.Token);
                bool same = rewardsHere.AsSpan().SequenceEqual(rewardsThere);
                equal &= same;
                Console.WriteLine($"batch {step}: {timeHere.TotalMilliseconds,6:0} ms in this process, "
                    + $"{timeThere.TotalMilliseconds,6:0} ms on {arguments.Workers} workers, {(same ? "equal" : "NOT EQUAL")}, "
                    + $"{traffic.Bytes / 1e6:0.00} MB sent");
                if (step >= WarmUp)
                    (local, cluster, sent) = (local + timeHere.TotalSeconds, cluster + timeThere.TotalSeconds, sent + traffic.Bytes);
                traffic.Reset();
            }

            double completions = (double)Estimation.CompletionsOfABatch * batches;
            Console.WriteLine($"throughput: {completions / cluster / arguments.Workers:0} completions a second and worker, "
                + $"{completions / local / Environment.ProcessorCount:0} a second and thread of this process");
            Task<(float[] Rewards, TimeSpan Time)> interrupted = there.EstimateAsync(999, stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(cluster / batches / 3), stop.Token);
            workers[^1].Kill();
            killed++;
            workers.Add(StartWorker());
            (float[] expected, _) = await here.EstimateAsync(999, stop.Token);
            (float[] survived, TimeSpan took) = await interrupted;
            equal &= expected.AsSpan().SequenceEqual(survived);
            Console.WriteLine($"a worker was killed: {took.TotalMilliseconds:0} ms, "
                + (expected.AsSpan().SequenceEqual(survived) ? "equal" : "NOT EQUAL"));
        }

        byte[] trainedHere = await TrainAsync(null, stop.Token), trainedThere = await TrainAsync(client, stop.Token);
        bool equalTraining = trainedHere.AsSpan().SequenceEqual(trainedThere);
        equal &= equalTraining;
        Console.WriteLine($"a training on names of the .NET base library: {(equalTraining ? "equal" : "NOT EQUAL")} weights");
        if (arguments.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                equal, killed, workers = arguments.Workers,
                efficiency = Math.Round(local * Environment.ProcessorCount / (cluster * arguments.Workers), 3),
                megabytes_a_step_and_worker = Math.Round(sent / 1e6 / batches / arguments.Workers, 2),
                milliseconds_local = Math.Round(local * 1000 / batches), milliseconds_cluster = Math.Round(cluster * 1000 / batches),
                seconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
            }));
        }

        return equal ? 0 : 1;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        return 130;
    }
    finally
    {
        foreach (WorkerProcess worker in workers)
            worker.Dispose();
    }
}

async Task<byte[]> TrainAsync(IClusterClient? client, CancellationToken cancellationToken)
{
    var corpus = Corpus.FromLines(
        BaseLibrary.Names(), new CorpusOptions { MaxLength = 24, MaximumSequences = arguments.Smoke ? 1000 : 10_000 },
        cancellationToken: cancellationToken);
    var plan = new PlanOptions { HiddenSize = 64, Layers = 1, Epochs = arguments.Smoke ? 2 : 8, Rounds = arguments.Smoke ? 3 : 20 };
    SeqGanBuilder builder = new SeqGanBuilder(SeqGanOptions.For(corpus, plan)).UseCorpus(corpus).UseSeed(1);
    if (client is not null)
        builder.UseOrleansRewards(client);
    using SeqGanTrainer trainer = builder.Build();
    await trainer.TrainAsync(cancellationToken: cancellationToken);
    using var state = new MemoryStream();
    ((ICheckpointable)trainer.Generator).SaveState(state);
    return state.ToArray();
}

/// <summary>The bytes that were sent to workers, by the meter.</summary>
internal sealed class Traffic : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _bytes;

    public Traffic()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "seqgan.cluster.sent")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => Interlocked.Add(ref _bytes, bytes));
        _listener.Start();
    }

    /// <summary>Since the last reset.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Reset() => Interlocked.Exchange(ref _bytes, 0);

    public void Dispose() => _listener.Dispose();
}
