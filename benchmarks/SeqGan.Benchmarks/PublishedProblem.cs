using SeqGan.Tests.Generation.Steps;
using SeqGan.Tests.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Benchmarks;

/// <summary>The paper's synthetic experiment at its published size, from fixed seeds: models, a batch, and both implementations.</summary>
internal sealed class PublishedProblem : IDisposable
{
    public const int BatchSize = 64;

    private readonly UntiledScorer _scorer;
    private readonly MonteCarloRollout _rollout;
    private readonly float[] _rewards;
    private readonly float[] _ones, _advantages;
    private readonly RecurrentGenerator _plainGenerator;
    private readonly PlainTraining _plain;
    private readonly SequenceBuffer _completions;
    private readonly Generator _random = new(4);

    public PublishedProblem(int samplesPerPrefix)
    {
        SamplesPerPrefix = samplesPerPrefix;
        var options = new SeqGanOptions();
        options.UsePaperParameters();
        Generator = new RecurrentGenerator(Format, options.Generator, seed: 1);
        Discriminator = new ConvolutionalDiscriminator(Format, options.Discriminator, seed: 2);
        _scorer = new UntiledScorer(DiscriminatorFactory.CreateConvolutional(Format, options.Discriminator, seed: 2), Format);
        _rollout = new MonteCarloRollout(Generator, options.Rollout);
        using (RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(Format, seed: 3))
            Real = oracle.Sample(BatchSize, seed: 4).AsBatch();
        Generated = Generator.Sample(BatchSize, seed: 4).AsBatch();
        _rewards = new float[BatchSize * Format.MaxLength];
        _ones = [.. Enumerable.Repeat(1f, _rewards.Length)];
        _advantages = [.. Enumerable.Range(0, _rewards.Length).Select(cell => cell % 7 / 7f - 0.4f)];
        _plainGenerator = new RecurrentGenerator(Format, options.Generator, seed: 1);
        _plain = new PlainTraining(_plainGenerator, options.Generator.LearningRate, options.Generator.GradientClip);
        _completions = new SequenceBuffer(Format);
        Batched = new MonteCarloRewardEstimator(_rollout, Discriminator, samplesPerPrefix);
        Published = new PublishedRolloutLoop(Generator, _scorer, samplesPerPrefix);
    }

    public static SequenceFormat Format { get; } = new(vocabularySize: 5000, maxLength: 20);

    public int SamplesPerPrefix { get; }

    public RecurrentGenerator Generator { get; }

    public ConvolutionalDiscriminator Discriminator { get; }

    public TokenBatch Real { get; }

    public TokenBatch Generated { get; }

    public MonteCarloRewardEstimator Batched { get; }

    public PublishedRolloutLoop Published { get; }

    public async Task<float> EstimateAsync(IRewardEstimator estimator)
    {
        await estimator.EstimateAsync(Generated, new RewardRequest { Key = new RandomKey(5, RandomPurpose.Rollout) }, _rewards);
        return _rewards[0];
    }

    public int RollOut()
    {
        _rollout.Complete(Generated, new RolloutRequest { Key = new RandomKey(5, RandomPurpose.Rollout), SamplesPerPrefix = SamplesPerPrefix }, _completions);
        return _completions.Count;
    }

    public int RollOutAsPublished()
    {
        for (int n = 0; n < SamplesPerPrefix; n++)
        {
            for (int prefix = 1; prefix < Format.MaxLength; prefix++)
                Published.Complete(Generated, prefix, _random, _completions);
        }

        return _completions.Count;
    }

    public int Sample(int count) => Generator.Sample(count, seed: 6).Count;

    public int SampleAsPublished(int count)
    {
        var sequences = new SequenceBuffer(Format, BatchSize);
        int sampled = 0;
        for (; sampled < count; sampled += BatchSize)
            Published.Complete(default, 0, _random, sequences);
        return sampled;
    }

    public async Task<double> StepDiscriminatorAsync() => (await Discriminator.TrainAsync(Real, Generated)).Loss;

    public double StepGenerator(GeneratorObjective objective) => Generator.Train(Batch(objective), Weights(objective), objective).Loss;

    public double StepGeneratorByAutograd(GeneratorObjective objective) => _plain.Train(Batch(objective), Weights(objective)).Loss;

    private TokenBatch Batch(GeneratorObjective objective) => objective == GeneratorObjective.MaximumLikelihood ? Real : Generated;

    private float[] Weights(GeneratorObjective objective) => objective == GeneratorObjective.MaximumLikelihood ? _ones : _advantages;

    public void Dispose()
    {
        _rollout.Dispose();
        _scorer.Dispose();
        _plain.Dispose();
        _plainGenerator.Dispose();
        _random.Dispose();
        Discriminator.Dispose();
        Generator.Dispose();
    }
}
