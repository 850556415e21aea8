using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SeqGan.Endurance.Fuzzing;

namespace SeqGan.Endurance.Sampling;

/// <summary>
/// Many threads sample from two samplers, one of each kind of network: what each gets is what one thread alone gets, and none waits for
/// another.
/// </summary>
internal sealed class SamplingVerb
{
    private const int Threads = 16, Seeds = 64, Rows = 64;

    private readonly SequenceSampler[] _samplers =
    [
        .. ((GeneratorNetwork[])[GeneratorNetwork.Lstm, GeneratorNetwork.Transformer]).Select(network => new SequenceSampler(
            new CompiledPolicy(SeedFiles.Weights(new SequenceFormat(500, 20, 0, 1, 0), network, 2, 48, 48)), maxThreads: 1)),
    ];

    private readonly int[] _expected = new int[Seeds];
    private long _wrong;

    public static int Run(CommandLine line)
    {
        TimeSpan time = line.Seconds ?? throw new FormatException("sampling needs --seconds.");
        return new SamplingVerb().Run(time, line.Json);
    }

    private int Run(TimeSpan time, bool json)
    {
        for (int seed = 0; seed < Seeds; seed++)
            _expected[seed] = Sample(seed);
        double alone = Measure(1, time / 4);
        long contentions = Monitor.LockContentionCount;
        double together = Measure(Threads, time * 0.75);
        contentions = Monitor.LockContentionCount - contentions;
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{alone:0} sequences a second on 1 thread, {together:0} on {Threads} threads of {Environment.ProcessorCount} "
                    + $"processors; {_wrong} results differ; threads waited {contentions} times for a lock."));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["threads"] = Threads,
                ["wrong"] = _wrong,
                ["lock_contentions"] = contentions,
                ["sequences_per_second_1"] = Math.Round(alone),
                ["sequences_per_second_16"] = Math.Round(together),
                ["speedup"] = Math.Round(together / alone, 2),
                ["processors"] = Environment.ProcessorCount,
            }));
        }

        return _wrong == 0 ? 0 : 1;
    }

    /// <summary>Sequences a second.</summary>
    private double Measure(int threads, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp(), calls = 0;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(number => new Thread(() => Work(number)))];
        foreach (Thread thread in all)
            thread.Start();
        foreach (Thread thread in all)
            thread.Join();
        return calls * Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;

        void Work(int number)
        {
            long own = 0;
            for (int seed = number; Stopwatch.GetElapsedTime(started) < time; seed += 7, own++)
            {
                if (Sample(seed % Seeds) != _expected[seed % Seeds])
                    Interlocked.Increment(ref _wrong);
            }

            Interlocked.Add(ref calls, own);
        }
    }

    private int Sample(int seed)
    {
        var options = new SamplingOptions { Seed = (ulong)seed, TopP = seed % 2 == 0 ? 1 : 0.9 };
        TokenBatch sampled = _samplers[seed / 2 % 2].Sample(Rows, options).AsBatch();
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(sampled.Tokens.Span));
        return hash.ToHashCode();
    }
}
