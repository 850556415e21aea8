using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SeqGan.Orleans;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>
/// What a cluster would give: measures the published problem's reward estimation on worker processes of this machine, and simulates it on
/// more workers than there are here, behind a network of a given latency and bandwidth.
/// </summary>
internal static class ClusterPlan
{
    private const int WarmUp = 4, Rows = 64;

    private static readonly int s_pieces = new OrleansRewardOptions().PiecesPerSlot;

    private static readonly int[] s_workers = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];

    public static async Task<int> RunAsync(string[] args)
    {
        int[] measuredOn = [.. Option(args, "--workers", "1,2,4").Split(',').Select(int.Parse)];
        int[] rows = [.. Option(args, "--rows", "64,1024").Split(',').Select(int.Parse)];
        int batches = int.Parse(Option(args, "--batches", "6"), CultureInfo.InvariantCulture);
        var network = new Network(
            double.Parse(Option(args, "--latency", "0.2"), CultureInfo.InvariantCulture) / 1000,
            double.Parse(Option(args, "--bandwidth", "10"), CultureInfo.InvariantCulture) * 1e9 / 8);
        bool json = args.Contains("--json");
        var measured = new SortedDictionary<int, Measured>();
        foreach (int workers in measuredOn.Append(1).Distinct().Order())
        {
            measured[workers] = await MeasureAsync(workers, batches);
            Console.Error.WriteLine($"{workers} workers: {measured[workers]}");
        }

        // Loopback costs nothing beside what the trainer and the workers do. More workers than processors share these, and busy neighbours
        // share the memory: what that costs, threads of one process show.
        var here = new Network(0, double.PositiveInfinity);
        int processors = Environment.ProcessorCount;
        double alone = await MeasureLocalAsync(1, batches), together = await MeasureLocalAsync(processors, batches);
        double neighbours = processors == 1 ? 0 : Math.Max(0, (together * processors / alone) - 1) / (processors - 1);
        Console.Error.WriteLine($"In this process, 1 thread: {alone:0.00} s, {processors} threads: {together:0.00} s");
        Measured one = measured[1];
        var compared = measured.ToDictionary(pair => pair.Key, pair => (Predicted: PredictHere(pair.Key), Measured: pair.Value.Batch));
        foreach ((int workers, (double predicted, double batch)) in compared)
            Say($"{workers} workers here: predicted {predicted:0.00} s, measured {batch:0.00} s");
        Say($"\nA network of {network.Latency * 1000:0.##} ms and {network.Bandwidth * 8 / 1e9:0.##} Gbit/s:");
        var plans = new List<object>();
        foreach (int count in rows)
        {
            Say($"\n{count} sequences a batch\n{"workers",8}{"speed-up",12}{"efficiency",12}{"broadcast tree",16}{"larger pieces",15}");
            double single = Plan.Simulate(one, count, 1, s_pieces, network, isTree: false);
            foreach (int workers in s_workers)
            {
                double star = single / Plan.Simulate(one, count, workers, s_pieces, network, isTree: false);
                double tree = single / Plan.Simulate(one, count, workers, s_pieces, network, isTree: true);
                double large = single / Plan.Simulate(one, count, workers, 1, network, isTree: false);
                Say($"{workers,8}{star,12:0.0}{star / workers,12:0.00}{tree,16:0.0}{large,15:0.0}");
                plans.Add(new { rows = count, workers, speedup = Round(star), tree = Round(tree), larger_pieces = Round(large) });
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                predicted = compared.ToDictionary(pair => $"{pair.Key}", pair => Round(pair.Value.Predicted)),
                measured = compared.ToDictionary(pair => $"{pair.Key}", pair => Round(pair.Value.Measured)),
                compute_seconds = Round(one.Compute),
                trainer_seconds = Round(one.Trainer),
                neighbour_slowdown = Round(neighbours),
                weights_bytes = (long)one.Weights,
                plans,
            }));
        }

        return 0;

        double PredictHere(int workers)
        {
            int busy = Math.Min(workers, processors);
            Measured slowed = one with { Compute = one.Compute * (1 + (neighbours * (busy - 1))) };
            return Plan.Simulate(slowed, Rows, busy, s_pieces, here, isTree: false);
        }

        void Say(FormattableString line) => (json ? Console.Error : Console.Out).WriteLine(FormattableString.Invariant(line));
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static string Option(string[] args, string name, string value) =>
        Array.IndexOf(args, name) is >= 0 and var index && index + 1 < args.Length ? args[index + 1] : value;

    private static async Task<double> MeasureLocalAsync(int threads, int batches)
    {
        int before = torch.get_num_threads();
        torch.set_num_threads(threads);
        try
        {
            using var estimation = new Estimation(null);
            double seconds = 0;
            for (uint step = 0; step < batches + WarmUp; step++)
            {
                (_, TimeSpan time) = await estimation.EstimateAsync(step, CancellationToken.None);
                seconds += step < WarmUp ? 0 : time.TotalSeconds;
            }

            return seconds / batches;
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }

    private static async Task<Measured> MeasureAsync(int workers, int batches)
    {
        int port = SiloHost.FreePort();
        using IHost host = SiloHost.Build(concurrentPieces: 0, SiloHost.OnThisMachine(port, SiloHost.FreePort(), port));
        await host.StartAsync();
        IClusterClient client = host.Services.GetRequiredService<IClusterClient>();
        var processes = new List<WorkerProcess>();
        using var meters = new Meters();
        try
        {
            while (processes.Count < workers)
                processes.Add(WorkerProcess.Start("cluster-worker", SiloHost.PortsFor(port)));
            await SiloHost.WaitForAsync(client, workers + 1, CancellationToken.None);
            using var estimation = new Estimation(client);
            double seconds = 0;
            for (uint step = 0; step < batches + WarmUp; step++)
            {
                if (step == WarmUp)
                    meters.Reset();
                (_, TimeSpan time) = await estimation.EstimateAsync(step, CancellationToken.None);
                seconds += step < WarmUp ? 0 : time.TotalSeconds;
            }

            double computed = meters["seqgan.cluster.computed"] / batches, received = meters["seqgan.cluster.received"] / batches;
            return new Measured(
                seconds / batches, computed, Math.Max(0, (seconds / batches) - (computed / workers)),
                meters["seqgan.cluster.sent"] / batches / workers, received);
        }
        finally
        {
            foreach (WorkerProcess process in processes)
                process.Dispose();
        }
    }

    /// <summary>Sums of what the cluster's instruments measured.</summary>
    private sealed class Meters : IDisposable
    {
        private readonly Dictionary<string, double> _sums = [];
        private readonly MeterListener _listener = new();

        public Meters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "SeqGan.Orleans")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.Start();
        }

        public double this[string name]
        {
            get
            {
                lock (_sums)
                    return _sums.GetValueOrDefault(name);
            }
        }

        public void Reset()
        {
            lock (_sums)
                _sums.Clear();
        }

        public void Dispose() => _listener.Dispose();

        private void Add(string name, double value)
        {
            lock (_sums)
                _sums[name] = _sums.GetValueOrDefault(name) + value;
        }
    }
}

/// <summary>A batch of the published size: its time, the workers' computing, the trainer's own part, and the bytes of each.</summary>
internal sealed record Measured(double Batch, double Compute, double Trainer, double Weights, double Results);

/// <summary>The trainer's link to the workers: seconds one way, bytes a second.</summary>
internal sealed record Network(double Latency, double Bandwidth);

/// <summary>A simulation of one batch.</summary>
internal static class Plan
{
    private const double PublishedRows = 64;

    /// <summary>
    /// The seconds of a batch. The trainer sends each worker the weights, one after the other or along a tree, and pieces, of which a
    /// worker has two at a time; results come back over the same link. The trainer's own part grows with the rows.
    /// </summary>
    public static double Simulate(Measured one, int rows, int workers, int piecesPerWorker, Network network, bool isTree)
    {
        double[] costs = new double[rows];
        Array.Fill(costs, 1);
        List<int> sizes = PieceSizes.Of(costs, workers, piecesPerWorker);
        double sendWeights = one.Weights / network.Bandwidth, row = one.Compute / PublishedRows;
        double resultOfARow = one.Results / PublishedRows / network.Bandwidth;
        double[] free = new double[workers];
        for (int worker = 0; worker < workers; worker++)
        {
            int turns = isTree ? (int)Math.Ceiling(Math.Log2(worker + 2)) : worker + 1;
            free[worker] = (turns * sendWeights) + ((isTree ? turns : 1) * network.Latency);
        }

        // The next piece goes to whoever is free first; it is there already. Results queue at the trainer's link.
        var queue = new PriorityQueue<int, double>(Enumerable.Range(0, workers).Select(worker => (worker, free[worker])));
        var done = new List<(double Time, int Rows)>(sizes.Count);
        foreach (int size in sizes)
        {
            queue.TryDequeue(out int worker, out double start);
            double end = start + (row * size);
            done.Add((end + network.Latency, size));
            queue.Enqueue(worker, end);
        }

        double received = 0;
        foreach ((double time, int size) in done.Order())
            received = Math.Max(received, time) + (resultOfARow * size);
        return received + (one.Trainer * rows / PublishedRows);
    }
}
