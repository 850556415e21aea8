namespace SeqGan.Tests;

public sealed class StreamTests
{
    private const int BlockRows = 256;

    private static readonly CompiledPolicy s_policy = TestPolicies.Create(new SequenceFormat(9, 20));

    [Fact]
    public async Task StreamAsync_Abandoned_StopsTheBlockThatIsBeingMade()
    {
        int steps = 0, blockSteps = int.MaxValue;
        var begun = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        var sampler = new SequenceSampler(s_policy, 1, new HookedKernels(() =>
        {
            if (Interlocked.Increment(ref steps) != blockSteps + 1)
                return;
            begun.SetResult();
            goOn.Wait();
        }));
        sampler.Sample(BlockRows, new SamplingOptions { Seed = 0 });
        (blockSteps, steps) = (steps, 0);

        IAsyncEnumerator<int[]> stream = sampler.StreamAsync(2 * BlockRows).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        await begun.Task;
        Task end = stream.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        goOn.Set();
        await end;

        Assert.InRange(steps, blockSteps + 1, (2 * blockSteps) - 1);
    }

    [Fact]
    public async Task StreamAsync_AbandonedWhileABlockFails_IsSilent()
    {
        int steps = 0, blockSteps = int.MaxValue;
        var sampler = new SequenceSampler(s_policy, 1, new HookedKernels(() =>
        {
            if (Interlocked.Increment(ref steps) > blockSteps)
                throw new InvalidOperationException();
        }));
        sampler.Sample(BlockRows, new SamplingOptions { Seed = 0 });
        (blockSteps, steps) = (steps, 0);

        await foreach (int[] sequence in sampler.StreamAsync(2 * BlockRows))
        {
            Assert.Equal(20, sequence.Length);
            break;
        }
    }

    [Fact]
    public async Task StreamAsync_CancelledByTheEnumeratorsToken_ThrowsThatToken()
    {
        using var source = new CancellationTokenSource();
        var sampler = new SequenceSampler(s_policy, 1, new HookedKernels(source.Cancel));
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int[] _ in sampler.StreamAsync(5).WithCancellation(source.Token))
                continue;
        });
        Assert.Equal(source.Token, error.CancellationToken);
    }

    [Fact]
    public async Task StreamAsync_HugeMaximumLength_TakesSmallBlocks()
    {
        // No buffer could hold 256 of these rows.
        var sampler = new SequenceSampler(TestPolicies.FromLogits(new SequenceFormat(4, 9_000_000, 0, 1, 0), 0, 0, 0, 0));
        var streamed = new List<int[]>();
        await foreach (int[] sequence in sampler.StreamAsync(300, new SamplingOptions { Seed = 0 }))
        {
            streamed.Add(sequence);
            if (streamed.Count == 3)
                break;
        }

        Assert.Equal(sampler.Sample(3, new SamplingOptions { Seed = 0 }).Rows(), streamed);
    }

    [Fact]
    public void StreamAsync_PrefixChangedAfterTheCall_IsTheOneOfTheCall()
    {
        int[] prefix = [3, 4];
        var sampler = new SequenceSampler(s_policy);
        IAsyncEnumerable<int[]> stream = sampler.StreamAsync(2, null, prefix);
        prefix[0] = 99;
        Assert.All(stream.ToBlockingEnumerable(), sequence => Assert.Equal([3, 4], sequence[..2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Sample_KernelThatFails_ThrowsTheSameForAnyNumberOfThreads(int threads)
    {
        var sampler = new SequenceSampler(s_policy, threads, new HookedKernels(() => throw new InvalidOperationException("hook")));
        Assert.Equal("hook", Assert.Throws<InvalidOperationException>(() => sampler.Sample(600, new SamplingOptions { Seed = 0 })).Message);
    }
}
