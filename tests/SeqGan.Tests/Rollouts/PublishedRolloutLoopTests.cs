using SeqGan.Tests.Generation;
using SeqGan.Tests.Rewards;

namespace SeqGan.Tests.Rollouts;

/// <summary>The library's rewards beside those of the published loop, of a loop without batching, and the exact ones.</summary>
public class PublishedRolloutLoopTests
{
    // How often each sequence is in the batch, and how often each prefix is completed: 2000 samples of each reward.
    private const int Copies = 40, Samples = 50;

    private static readonly SequenceFormat Cut = new(5, 4);
    private static readonly SequenceFormat Ending = new(5, 4, startToken: 0, endToken: 1, paddingToken: 0);
    private static readonly int[][] CutSequences = [[0, 1, 2, 3], [4, 4, 1, 0], [2, 0, 3, 1]];
    private static readonly int[][] EndingSequences = [[2, 3, 4, 2], [4, 1], [3, 2, 1], [1]];
    private static readonly DelegateScorer Rule = new("rule", s => Batches.Score(s));

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, false)]
    [InlineData(GeneratorNetwork.Lstm, 2, true)]
    [InlineData(GeneratorNetwork.Gru, 1, true)]
    [InlineData(GeneratorNetwork.Gru, 2, false)]
    public async Task Rewards_OfThePublishedLoopAndOfBatchedRollouts_AreBothTheExactOnes(GeneratorNetwork cell, int layers, bool withEnd)
    {
        SequenceFormat format = withEnd ? Ending : Cut;
        int[][] sequences = withEnd ? EndingSequences : CutSequences;
        using RecurrentGenerator generator = Wide(format, cell, layers);
        using var rollout = new MonteCarloRollout(generator);
        TokenBatch batch = Batches.Of(format, [.. sequences.SelectMany(sequence => Enumerable.Repeat(sequence, Copies))]);
        float[] batched = await new MonteCarloRewardEstimator(rollout, Rule, Samples).EstimateAsync(batch);
        float[] published = await new PublishedRolloutLoop(generator, Rule, Samples).EstimateAsync(batch);

        for (int s = 0; s < sequences.Length; s++)
        {
            for (int position = 0; position < format.MaxLength; position++)
            {
                (double mean, double deviation) = Exact(generator, sequences[s], position);
                double tolerance = 4.5 * deviation / Math.Sqrt(Copies * Samples) + 1e-6;
                Assert.Equal(mean, MeanOfCopies(batched, s, position), tolerance);
                Assert.Equal(mean, MeanOfCopies(published, s, position), tolerance);
            }
        }
    }

    [Fact]
    public async Task Rewards_OfTheLastTokenAndOfPadding_AreEqualBitForBit()
    {
        using RecurrentGenerator generator = Wide(Ending, GeneratorNetwork.Lstm, 1);
        using var rollout = new MonteCarloRollout(generator);
        using ModuleDiscriminator discriminator = Small(Ending);
        TokenBatch batch = Batches.Of(Ending, EndingSequences);
        float[] batched = await new MonteCarloRewardEstimator(rollout, discriminator, 3).EstimateAsync(batch);
        float[] published = await new PublishedRolloutLoop(generator, discriminator, 3).EstimateAsync(batch);

        for (int row = 0; row < batch.Count; row++)
        {
            for (int position = batch.LengthOf(row) - 1; position < Ending.MaxLength; position++)
                Assert.Equal(published[row * 4 + position], batched[row * 4 + position]);
            Assert.All(batched[(row * 4 + batch.LengthOf(row))..(row * 4 + 4)], reward => Assert.Equal(0, reward));
        }
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1)]
    [InlineData(GeneratorNetwork.Gru, 2)]
    [InlineData(GeneratorNetwork.Transformer, 2)]
    public async Task Rewards_OfBatchedRollouts_AreThoseOfCompletingAndScoringOneByOneBitForBit(GeneratorNetwork cell, int layers)
    {
        const int N = 3;
        using NeuralGenerator generator = Generators.OfNetwork(Generators.Ending, cell, layers);
        using var rollout = new MonteCarloRollout(generator);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        using ModuleDiscriminator discriminator = Small(Generators.Ending);
        TokenBatch batch = generator.Sample(8, 4).AsBatch();
        Assert.Contains(batch.Lengths.ToArray(), length => length < Generators.Ending.MaxLength);
        float[] rewards = await new MonteCarloRewardEstimator(rollout, discriminator, N, maxCompletions: 50).EstimateAsync(batch);

        var one = new SequenceBuffer(Generators.Ending);
        for (int row = 0; row < batch.Count; row++)
        {
            for (int prefix = 1; prefix <= batch.Length; prefix++)
            {
                double sum = 0;
                for (int n = 0; n < N && prefix < batch.LengthOf(row); n++)
                {
                    policy.Complete(batch, [new Completion(row, prefix, prefix * N + n)], Batches.Request.Key, 0, one,
                        TestContext.Current.CancellationToken);
                    sum += (await discriminator.ScoreAsync(one.AsBatch()))[0];
                }

                float expected = prefix == batch.LengthOf(row) ? (await discriminator.ScoreAsync(batch.Slice(row, 1)))[0]
                    : (float)(sum / N);
                Assert.Equal(expected, rewards[row * batch.Length + prefix - 1]);
            }
        }
    }

    private static RecurrentGenerator Wide(SequenceFormat format, GeneratorNetwork cell, int layers) =>
        Generators.Create(format, cell, layers,
            configure: options => (options.Initialization, options.InitialDeviation) = (WeightInitialization.Normal, 1));

    private static ModuleDiscriminator Small(SequenceFormat format) =>
        ModuleDiscriminator.Create(format,
            new DiscriminatorOptions { EmbeddingSize = 4, FilterWidths = [1, 2], FilterCounts = [4, 4] }, seed: 3);

    private static double MeanOfCopies(float[] rewards, int sequence, int position) =>
        Enumerable.Range(sequence * Copies, Copies).Average(row => rewards[row * 4 + position]);

    /// <summary>Mean and deviation of the score of a prefix's completions, all of which are listed.</summary>
    private static (double Mean, double Deviation) Exact(RecurrentGenerator generator, int[] sequence, int position)
    {
        if (position >= sequence.Length)
            return (0, 0);
        int[][] all = [.. Completions(generator.Format, sequence[..(position + 1)])];
        TokenBatch batch = Batches.Of(generator.Format, all);
        float[] logs = Generators.LogProbabilities(generator, batch);
        double[] weights =
            [.. all.Select((_, i) => Math.Exp(logs.AsSpan(i * batch.Length + position + 1, batch.Length - position - 1).ToArray().Sum()))];
        double[] scores = [.. all.Select(completion => (double)Batches.Score(completion))];
        Assert.Equal(1, weights.Sum(), 1e-4);
        double mean = weights.Zip(scores, (weight, score) => weight * score).Sum();
        return (mean, Math.Sqrt(weights.Zip(scores, (weight, score) => weight * (score - mean) * (score - mean)).Sum()));
    }

    private static IEnumerable<int[]> Completions(SequenceFormat format, int[] prefix)
    {
        if (prefix.Length == format.MaxLength || prefix[^1] == format.EndToken)
            return [prefix];
        return Enumerable.Range(0, format.VocabularySize)
            .Where(token => token != format.PaddingToken)
            .SelectMany(token => Completions(format, [.. prefix, token]));
    }
}
