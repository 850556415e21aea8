using SeqGan.Tests.Generation;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;

namespace SeqGan.Tests.Rewards;

/// <summary>The mean policy gradient with each estimator is that of the expected score, which a tiny problem allows to sum up.</summary>
public class EstimatorGradientTests
{
    private const int Rows = 400, BatchCount = 150;

    private static readonly SequenceFormat s_format = new(vocabularySize: 4, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);
    private static readonly DelegateScorer s_score = new("score", s => Batches.Score(s));

    public static TheoryData<string, RewardBaseline> Estimators() => new()
    {
        { "all prefixes", RewardBaseline.None },
        { "all prefixes", RewardBaseline.LeaveOneOut },
        { "2 prefixes", RewardBaseline.None },
        { "1 prefix", RewardBaseline.None },
        { "1 prefix", RewardBaseline.LeaveOneOut },
        { "sequence", RewardBaseline.None },
        { "sequence", RewardBaseline.LeaveOneOut },
    };

    [Theory]
    [MemberData(nameof(Estimators))]
    public async Task Gradient_OnAverage_IsThatOfTheExpectedScore(string kind, RewardBaseline baseline)
    {
        using RecurrentGenerator generator = Generator();
        using var rollout = new MonteCarloRollout(generator);
        IRewardEstimator estimator = kind switch
        {
            "sequence" => new SequenceRewardEstimator(s_score),
            "all prefixes" => new MonteCarloRewardEstimator(rollout, s_score, 2),
            "2 prefixes" => new MonteCarloRewardEstimator(rollout, s_score, 2, prefixesPerSequence: 2),
            _ => new MonteCarloRewardEstimator(rollout, s_score, 2, prefixesPerSequence: 1),
        };

        double[] exact = Exact(generator);
        (double[] mean, double[] error) = await EstimateAsync(generator, estimator, baseline);

        // The z-values of some hundred coordinates that depend on each other.
        Assert.InRange(exact.Zip(mean, error).Max(x => x.Third == 0 ? 0 : Math.Abs(x.First - x.Second) / x.Third), 0, 4.5);
        Assert.InRange(Norm(exact.Zip(mean, (x, y) => x - y)), 0, 0.1 * Norm(exact));
    }

    // Of the divergence between the next tokens' distributions, over the prefixes that the generator makes, which count as given.
    [Fact]
    public async Task Gradient_OfCooperativeTraining_IsThatOfTheDivergenceFromTheMediator()
    {
        using RecurrentGenerator generator = Generator();
        using var mediator = new Mediator(generator, Generators.Create(s_format, GeneratorNetwork.Gru, seed: 5));

        double[] exact = Exact(generator, Ratios);
        (double[] mean, double[] error) =
            await EstimateAsync(generator, new CooperativeRewardEstimator(mediator, null), RewardBaseline.None);

        Assert.InRange(exact.Zip(mean, error).Max(x => x.Third == 0 ? 0 : Math.Abs(x.First - x.Second) / x.Third), 0, 4.5);
        Assert.InRange(Norm(exact.Zip(mean, (x, y) => x - y)), 0, 0.1 * Norm(exact));

        float[] Ratios(TokenBatch sequences)
        {
            float[] ratios = new float[sequences.Count * sequences.Length];
            mediator.LogRatios(sequences, ratios, null, TestContext.Current.CancellationToken);
            return ratios;
        }
    }

    // The tests above could fail.
    [Fact]
    public async Task Gradient_OfRewardsForTheFirstTokenAlone_IsAnother()
    {
        using RecurrentGenerator generator = Generator();
        var biased = new FirstTokenEstimator(s_score);

        double[] exact = Exact(generator);
        (double[] mean, double[] error) = await EstimateAsync(generator, biased, RewardBaseline.None);

        Assert.InRange(exact.Zip(mean, error).Max(x => x.Third == 0 ? 0 : Math.Abs(x.First - x.Second) / x.Third), 6, double.MaxValue);
    }

    private static RecurrentGenerator Generator() => Generators.Create(s_format, configure: options =>
        (options.EmbeddingSize, options.HiddenSize, options.Initialization, options.InitialDeviation, options.GradientClip,
            options.PolicyGradientLearningRate) = (3, 4, WeightInitialization.Normal, 0.7, 0, 1e-12));

    private static async Task<(double[] Mean, double[] Error)> EstimateAsync(
        RecurrentGenerator generator, IRewardEstimator estimator, RewardBaseline kind)
    {
        var baseline = new PositionBaseline(kind, 0.9, s_format.MaxLength);
        var sample = new SequenceBuffer(s_format, Rows);
        float[] rewards = new float[Rows * s_format.MaxLength], advantages = new float[rewards.Length];
        double[] sum = [], squares = [];
        for (uint batch = 0; batch < BatchCount; batch++)
        {
            generator.Sample(new SampleRequest { Key = new(1, RandomPurpose.Sampling, batch) }, sample,
                TestContext.Current.CancellationToken);
            TokenBatch sequences = sample.AsBatch();
            var request = new RewardRequest { Key = new(1, RandomPurpose.Rollout, batch) };
            await estimator.EstimateAsync(sequences, request, rewards, TestContext.Current.CancellationToken);
            baseline.Subtract(sequences, rewards, advantages);
            double[] gradient = Gradient(generator, sequences, advantages, Rows);
            Array.Resize(ref sum, gradient.Length);
            Array.Resize(ref squares, gradient.Length);
            for (int i = 0; i < gradient.Length; i++)
                (sum[i], squares[i]) = (sum[i] + gradient[i], squares[i] + gradient[i] * gradient[i]);
        }

        double[] mean = [.. sum.Select(s => s / BatchCount)];
        return (mean, [.. squares.Zip(mean, (s, m) => Math.Sqrt(Math.Max(0, s / BatchCount - m * m) / (BatchCount - 1)))]);
    }

    private static double[] Exact(RecurrentGenerator generator) => Exact(generator, sequences => [
        .. Enumerable.Range(0, sequences.Count).SelectMany(row =>
            Enumerable.Repeat((float)Batches.Score(sequences[row].ToArray()), sequences.Length))]);

    // The sum over all sequences of probability times reward times the gradient of the log-probability.
    private static double[] Exact(RecurrentGenerator generator, Func<TokenBatch, float[]> rewardsOf)
    {
        int[][] all = [.. All([])];
        TokenBatch sequences = Batches.Of(s_format, all);
        float[] logs = Generators.LogProbabilities(generator, sequences), weights = rewardsOf(sequences);
        double total = 0;
        for (int row = 0; row < all.Length; row++)
        {
            double probability = Math.Exp(logs.Skip(row * sequences.Length).Take(all[row].Length).Sum(log => (double)log));
            total += probability;
            foreach (ref float weight in weights.AsSpan(row * sequences.Length, all[row].Length))
                weight *= (float)probability;
        }

        Assert.Equal(1, total, 1e-5);
        return Gradient(generator, sequences, weights, 1);

        IEnumerable<int[]> All(int[] prefix) => prefix.Length == s_format.MaxLength || prefix is [.., 1]
            ? [prefix]
            : Enumerable.Range(1, s_format.VocabularySize - 1).SelectMany(token => All([.. prefix, token]));
    }

    // A step's loss is a mean over tokens.
    private static double[] Gradient(RecurrentGenerator generator, TokenBatch sequences, float[] advantages, int rows)
    {
        generator.Train(sequences, advantages, GeneratorObjective.PolicyGradient, TestContext.Current.CancellationToken);
        return [.. generator.Network.Parameters.SelectMany(GradientOf).Select(g => (double)g * sequences.TokenCount / rows)];
    }

    private static float[] GradientOf(Parameter parameter)
    {
        using torch.Tensor gradient = parameter.grad!;
        return gradient.data<float>().ToArray();
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

    private sealed class FirstTokenEstimator(ISequenceScorer scorer) : IRewardEstimator
    {
        public async ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            float[] scores = new float[sequences.Count];
            await scorer.ScoreAsync(sequences, scores, cancellationToken);
            rewards.Span.Clear();
            for (int row = 0; row < sequences.Count; row++)
                rewards.Span[row * sequences.Length] = scores[row];
        }
    }
}
