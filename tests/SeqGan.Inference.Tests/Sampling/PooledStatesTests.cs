namespace SeqGan.Tests.Sampling;

public class PooledStatesTests
{
    private static readonly SequenceFormat s_format = new(9, 7, 0, endToken: 1, paddingToken: 0);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void PoolStates_AnyThreadsAndBatches_GivesTheSameBits(GeneratorNetwork network)
    {
        CompiledPolicy policy = Policy(network);
        TokenBatch sequences = Sequences(policy, 300);
        float[] expected = Pool(policy, sequences, threads: 1);

        Assert.Equal(expected, Pool(policy, sequences, threads: 4));
        int size = PoolingJob.SizeOf(policy);
        for (int start = 0; start < 300; start += 37)
        {
            TokenBatch part = sequences.Slice(start, Math.Min(37, 300 - start));
            Assert.Equal(expected[(start * size)..((start + part.Count) * size)], Pool(policy, part, threads: 2));
        }
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void PoolStates_OfALongerSequence_IncludesThoseOfItsBeginning(GeneratorNetwork network)
    {
        // The last state of a prefix is what the longer sequence's pools take in.
        CompiledPolicy policy = Policy(network);
        int[] tokens = [3, 5, 2, 8, 1];
        int hidden = policy.HiddenSize;
        float[][] last = [.. Enumerable.Range(1, tokens.Length).Select(length =>
            Pool(policy, new TokenBatch(tokens, 1, length), threads: 1)[(3 * hidden)..])];

        float[] pools = Pool(policy, new TokenBatch(tokens, 1, tokens.Length), threads: 1);

        for (int unit = 0; unit < hidden; unit++)
        {
            float[] states = [.. last.Select(state => state[unit])];
            Assert.Equal(states.Average(), pools[unit], 1e-5f);
            Assert.Equal((states.Max(), states.Min(), states[^1]),
                (pools[hidden + unit], pools[(2 * hidden) + unit], pools[(3 * hidden) + unit]));
        }
    }

    [Fact]
    public void PoolStates_WithoutTokensOrSequences_IsZerosOrNothing()
    {
        CompiledPolicy policy = Policy(GeneratorNetwork.Lstm);

        Assert.All(Pool(policy, new TokenBatch(new int[3], 1, 3, new[] { 0 }), threads: 1), value => Assert.Equal(0, value));
        Assert.Empty(Pool(policy, default, threads: 1));
    }

    [Fact]
    public void PoolStates_Cancelled_Throws()
    {
        CompiledPolicy policy = Policy(GeneratorNetwork.Lstm);
        Assert.Throws<OperationCanceledException>(() => new SequenceSampler(policy).PoolStates(
            Sequences(policy, 3), new float[3 * PoolingJob.SizeOf(policy)], new CancellationToken(canceled: true)));
    }

    private static CompiledPolicy Policy(GeneratorNetwork network) => network == GeneratorNetwork.Transformer
        ? TestPolicies.Transformer(s_format)
        : TestPolicies.Create(s_format, network, layers: 2, hidden: 19);

    private static TokenBatch Sequences(CompiledPolicy policy, int count) =>
        new SequenceSampler(policy).Sample(count, new SamplingOptions { Seed = 5 }).AsBatch();

    private static float[] Pool(CompiledPolicy policy, TokenBatch sequences, int threads)
    {
        float[] states = new float[sequences.Count * PoolingJob.SizeOf(policy)];
        new SequenceSampler(policy, threads).PoolStates(sequences, states, TestContext.Current.CancellationToken);
        return states;
    }
}
