namespace SeqGan.Tests;

public sealed class CancellationTests
{
    // Minutes of work, were it not cancelled.
    private static readonly CompiledPolicy s_policy = TestPolicies.Create(new SequenceFormat(40, 1 << 16), hidden: 16);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AllMethods_CancelledBefore_Throw(int threads)
    {
        var sampler = new SequenceSampler(s_policy, threads);
        var cancelled = new CancellationToken(true);
        Assert.ThrowsAny<OperationCanceledException>(() => sampler.Sample(0, null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => sampler.Sample(9, null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => sampler.Generate(1, new SamplingOptions { Seed = 0 }, cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => sampler.LogProbabilities(new TokenBatch(new int[4], 4, 1), new float[4], 1, null, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await sampler.StreamAsync(5, new SamplingOptions { Seed = 0 }, cancellationToken: cancelled).GetAsyncEnumerator()
                .MoveNextAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AllMethods_CancelledInTheMiddle_ThrowAndLeaveTheSamplerUsable(int threads)
    {
        var sampler = new SequenceSampler(s_policy, threads);
        int[] prefix = [.. Enumerable.Repeat(3, (1 << 16) - 5)];
        int[][] expected = sampler.Complete(prefix, 3, new SamplingOptions { Seed = 0 }).Rows();
        var sequences = new TokenBatch(new int[200 << 16], 200, 1 << 16);
        Throws(token => sampler.Sample(200, null, token));
        Throws(token => sampler.Complete([3, 4], 200, null, token));
        Throws(token => sampler.LogProbabilities(sequences, new float[sequences.Count * sequences.Length], 1, null, token));
        Assert.Equal(expected, sampler.Complete(prefix, 3, new SamplingOptions { Seed = 0 }).Rows());
    }

    private static void Throws(Action<CancellationToken> run)
    {
        using var source = new CancellationTokenSource();
        source.CancelAfter(20);
        Assert.Equal(source.Token, Assert.ThrowsAny<OperationCanceledException>(() => run(source.Token)).CancellationToken);
    }
}
