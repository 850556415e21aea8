using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Rollouts;

public class MonteCarloRolloutTests
{
    private static readonly RandomKey Key = new(5, RandomPurpose.Rollout);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, false)]
    [InlineData(GeneratorNetwork.Lstm, 1, true)]
    [InlineData(GeneratorNetwork.Gru, 2, false)]
    [InlineData(GeneratorNetwork.Gru, 2, true)]
    [InlineData(GeneratorNetwork.Transformer, 2, false)]
    [InlineData(GeneratorNetwork.Transformer, 2, true)]
    public void Complete_FollowsTheProbabilitiesAfterThePrefix(GeneratorNetwork cell, int layers, bool isBatched)
    {
        var format = new SequenceFormat(3, 3);
        using NeuralGenerator generator = Generators.OfNetwork(format, cell, layers,
            configure: o => { o.Initialization = WeightInitialization.Normal; o.InitialDeviation = 1; o.UsesBatchedDecoder = isBatched; });
        using var rollout = new MonteCarloRollout(generator);
        const int Samples = 20_000;
        var sequence = new TokenBatch(new[] { 2, 0, 1 }, 1, 3);
        var completions = new SequenceBuffer(format);
        rollout.Complete(sequence, new RolloutRequest { Key = Key, SamplesPerPrefix = Samples }, completions,
            TestContext.Current.CancellationToken);
        TokenBatch completed = completions.AsBatch();
        Assert.Equal(2 * Samples, completed.Count);
        var all = new SequenceBuffer(format, 9);
        for (int i = 0; i < 9; i++)
            all.Set(i, [2, i / 3, i % 3]);
        float[] logs = Generators.LogProbabilities(generator, all.AsBatch());

        double chiSquare = 0;
        for (int i = 0; i < 9; i++)
        {
            double expected = Samples * Math.Exp(logs[3 * i + 1] + logs[3 * i + 2]);
            int observed = Enumerable.Range(0, Samples).Count(row => completed[row].SequenceEqual(all.AsBatch()[i]));
            chiSquare += (observed - expected) * (observed - expected) / expected;
        }

        Assert.InRange(chiSquare, 0, 26.1); // 8 degrees of freedom, p = 0.001
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_WholeOrInChunks_GivesTheSameInTheSameOrder(bool isBatched)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending, configure: o => o.UsesBatchedDecoder = isBatched);
        using var rollout = new MonteCarloRollout(generator);
        TokenBatch batch = generator.Sample(40, 3).AsBatch();
        var buffer = new SequenceBuffer(Generators.Ending);
        rollout.Complete(batch, new RolloutRequest { Key = Key, SamplesPerPrefix = 5 }, buffer, TestContext.Current.CancellationToken);
        int[] whole = Generators.Tokens(buffer.AsBatch());
        int[] lengths = buffer.AsBatch().Lengths.ToArray();
        foreach (int chunk in new[] { 1, 7, 39 })
        {
            var tokens = new List<int>();
            for (int row = 0; row < 40; row += chunk)
            {
                rollout.Complete(batch.Slice(row, Math.Min(chunk, 40 - row)),
                    new RolloutRequest { Key = Key, SamplesPerPrefix = 5, FirstRow = row }, buffer, TestContext.Current.CancellationToken);
                tokens.AddRange(Generators.Tokens(buffer.AsBatch()));
            }

            Assert.Equal(whole, tokens);
        }

        int next = 0;
        for (int row = 0; row < 40; row++)
        {
            for (int prefix = 1; prefix < batch.LengthOf(row); prefix++)
            {
                for (int sample = 0; sample < 5; sample++, next++)
                    Assert.Equal(batch[row][..prefix].ToArray(), whole.AsSpan(next * 12, prefix).ToArray());
            }
        }

        Assert.Equal(next, lengths.Length);
    }

    [Fact]
    public void UpdatePolicy_MovesByTheRate()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        using NeuralRolloutPolicy policy = (NeuralRolloutPolicy)generator.CreateRolloutPolicy();
        SetWeights(generator.Network, 1);
        policy.MoveTowardGenerator(0);
        SetWeights(generator.Network, 3);
        policy.MoveTowardGenerator(0.8);
        Assert.All(NetworkWeights.Get(policy.Network.Embedding), value => Assert.Equal(0.8f * 1 + 0.2f * 3, value, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => policy.MoveTowardGenerator(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => policy.MoveTowardGenerator(double.NaN));
    }

    [Theory]
    [InlineData(null, 0.8f * 1 + 0.2f * 3)]
    [InlineData(0.9, 0.9f * 1 + 0.1f * 3)]
    [InlineData(0.0, 3)]
    [InlineData(1.0, 1)]
    public void UpdatePolicy_OfARolloutWithOptions_KeepsTheRateAsShareOfThePolicy(double? rate, float expected)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        using var rollout = new MonteCarloRollout(generator, rate is { } given ? new RolloutOptions { UpdateRate = given } : null);
        SetWeights(generator.Network, 1);
        rollout.ResetPolicy();
        SetWeights(generator.Network, 3);

        rollout.UpdatePolicy();

        Assert.All(NetworkWeights.Get(((NeuralRolloutPolicy)rollout.Policy).Network.Embedding),
            value => Assert.Equal(expected, value, 5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Complete_CancelledAtSomeMoment_LeavesNoTensorsBehind(bool isBatched)
    {
        // Many seconds of work, whose results fit in a buffer of 160 MB: on any machine the token stops it long before its end.
        var format = new SequenceFormat(20, 200);
        using RecurrentGenerator generator = Generators.Create(
            format, configure: o => (o.UsesBatchedDecoder, o.HiddenSize) = (isBatched, 64));
        using var rollout = new MonteCarloRollout(generator);
        TokenBatch batch = generator.Sample(4, 3).AsBatch();
        var buffer = new SequenceBuffer(format);
        long before = LiveTensors.Settle();
        for (int attempt = 1; attempt <= 10; attempt++)
        {
            using var stop = new CancellationTokenSource();
            CancellationToken token = stop.Token;
            var canceller = new Thread(() => // A timer would wait for a thread of the pool, and the rollouts have them all.
            {
                Thread.Sleep(2 * attempt);
                stop.Cancel();
            });
            canceller.Start();
            Exception? error = await Record.ExceptionAsync(
                () => Task.Run(() => rollout.Complete(batch, new RolloutRequest { Key = Key, SamplesPerPrefix = 256 }, buffer, token)));
            canceller.Join();
            Assert.IsAssignableFrom<OperationCanceledException>(error);
        }

        LiveTensors.AssertNoMoreThan(before);
    }

    [Fact]
    public void Complete_BadRequest_NamesTheValue()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        using var rollout = new MonteCarloRollout(generator);
        TokenBatch batch = generator.Sample(2, 3).AsBatch();
        var buffer = new SequenceBuffer(Generators.Fixed);
        Assert.Contains(
            "0 samples", Assert.Throws<ArgumentException>(() =>
                rollout.Complete(batch, new RolloutRequest { Key = Key, SamplesPerPrefix = 0 }, buffer)).Message, StringComparison.Ordinal);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        Assert.Contains(
            "sequence 2", Assert.Throws<ArgumentException>(() => policy.Complete(batch, [new Completion(2, 1, 0)], Key, 0, buffer)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "6 tokens", Assert.Throws<ArgumentException>(() => policy.Complete(batch, [new Completion(1, 6, 0)], Key, 0, buffer)).Message,
            StringComparison.Ordinal);
    }

    private static void SetWeights(RecurrentNetwork network, float value)
    {
        foreach ((_, TorchSharp.torch.Tensor weight) in network.Weights)
            NetworkWeights.Set(weight, [.. Enumerable.Repeat(value, (int)weight.numel())]);
    }
}
