using System.Diagnostics;

namespace SeqGan.Tests;

/// <summary>Alone, for it counts what threads of the whole process waited for.</summary>
[CollectionDefinition(nameof(SharedSamplerTests), DisableParallelization = true)]
[Collection(nameof(SharedSamplerTests))]
public sealed class SharedSamplerTests
{
    private const int Threads = 16;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);
    private static readonly SequenceFormat s_format = new(vocabularySize: 40, maxLength: 12, endToken: 1, paddingToken: 0);

    [Fact]
    public void AllMethods_OnSixteenThreads_GiveWhatOneThreadGivesAndNoneWaits()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format, hidden: 16), maxThreads: 1);
        string[] expected = [.. Enumerable.Range(0, Threads).Select(seed => Use(sampler, seed))];
        using var start = new Barrier(Threads + 1);
        using var end = new Barrier(Threads + 1);
        long calls = 0;
        string? difference = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => Call(number)))];
        foreach (Thread thread in threads)
            thread.Start();

        start.SignalAndWait();
        Thread.Sleep(50);
        long waitsBefore = Monitor.LockContentionCount;
        Thread.Sleep(s_duration);
        long waits = Monitor.LockContentionCount - waitsBefore;
        end.SignalAndWait();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.Null(difference);
        Assert.Equal(0, waits);
        Assert.InRange(calls, 2 * Threads, long.MaxValue);

        void Call(int number)
        {
            start.SignalAndWait();
            var clock = Stopwatch.StartNew();
            for (int seed = number; clock.Elapsed < s_duration + TimeSpan.FromMilliseconds(200); seed = (seed + 5) % Threads)
            {
                if (Use(sampler, seed) != expected[seed])
                    difference = $"thread {number}, seed {seed}";
                Interlocked.Increment(ref calls);
            }

            end.SignalAndWait();
        }
    }

    [Fact]
    public void AllMethods_OnThreadsThatUseThreadsThemselves_GiveWhatOneThreadGives()
    {
        CompiledPolicy policy = TestPolicies.Create(s_format, hidden: 16);
        var (alone, shared) = (new SequenceSampler(policy, maxThreads: 1), new SequenceSampler(policy, maxThreads: 4));
        string[] expected = [.. Enumerable.Range(0, Threads).Select(seed => Use(alone, seed))];
        string[] actual = new string[Threads];

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, seed => actual[seed] = Use(shared, seed));

        Assert.Equal(expected, actual);
    }

    /// <summary>What all the methods give for a seed, as text.</summary>
    private static string Use(SequenceSampler sampler, int seed)
    {
        var options = new SamplingOptions { Seed = (ulong)seed, Temperature = 0.5 + (seed * 0.1), TopK = seed % 2 == 0 ? 7 : null };
        SequenceBuffer drawn = sampler.Sample(200, options, TestContext.Current.CancellationToken);
        SequenceBuffer completed = sampler.Complete([5, 6], 20, options, TestContext.Current.CancellationToken);
        IReadOnlyList<string> texts = sampler.Generate(3, options, cancellationToken: TestContext.Current.CancellationToken);
        float[] logProbabilities = new float[drawn.Count * drawn.Length];
        sampler.LogProbabilities(drawn.AsBatch(), logProbabilities, cancellationToken: TestContext.Current.CancellationToken);
        return $"{string.Join(',', drawn.AsBatch().Tokens.ToArray())} {string.Join(',', completed.AsBatch().Tokens.ToArray())} {string.Join(',', texts)} {string.Join(',', logProbabilities.Select(BitConverter.SingleToInt32Bits))}";
    }
}
