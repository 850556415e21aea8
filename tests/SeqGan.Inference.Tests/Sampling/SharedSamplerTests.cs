namespace SeqGan.Tests;

/// <summary>One sampler on many threads.</summary>
public sealed class SharedSamplerTests
{
    private const int Threads = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly SequenceFormat s_format = new(vocabularySize: 40, maxLength: 12, endToken: 1, paddingToken: 0);

    [Fact]
    public void AllMethods_OnSixteenThreads_GiveWhatOneThreadGives()
    {
        const int Times = 4;
        var sampler = new SequenceSampler(TestPolicies.Create(s_format, hidden: 16), maxThreads: 1);
        string[] expected = [.. Enumerable.Range(0, Threads).Select(seed => Use(sampler, seed))];
        string[][] actual = new string[Threads][];
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            actual[number] = [.. Enumerable.Range(0, Times).Select(time => Use(sampler, (number + 5 * time) % Threads))];
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        for (int number = 0; number < Threads; number++)
            Assert.Equal(Enumerable.Range(0, Times).Select(time => expected[(number + 5 * time) % Threads]), actual[number]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task AllMethods_WhileAnotherCallIsBlocked_DoNotWaitForIt(int maxThreads)
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format, hidden: 16), maxThreads);
        string expected = Use(sampler, seed: 1);
        using var blocked = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        ITokenConstraint blocking = TokenConstraint.FromFilter(
            (_, allowed) =>
            {
                blocked.Set();
                Assert.True(release.Wait(s_patience));
                allowed[2] = true;
            },
            s_format);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<SequenceBuffer> sampling = Task.Factory.StartNew(
            () => sampler.Sample(1, new SamplingOptions { Seed = 0, Constraint = blocking }, token), token, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(blocked.Wait(s_patience, token));

        string used = await Task.Run(() => Use(sampler, seed: 1), token).WaitAsync(s_patience, token);

        Assert.Equal(expected, used);
        Assert.False(sampling.IsCompleted);
        release.Set();
        Assert.Equal(1, (await sampling).Count);
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
        return $"{string.Join(',', drawn.AsBatch().Tokens.ToArray())} {string.Join(',', completed.AsBatch().Tokens.ToArray())} "
            + $"{string.Join(',', texts)} {string.Join(',', logProbabilities.Select(BitConverter.SingleToInt32Bits))}";
    }
}
