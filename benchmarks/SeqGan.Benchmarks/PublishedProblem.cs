using SeqGan.Tests.Discrimination;
using SeqGan.Tests.Generation.Steps;
using SeqGan.Tests.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Benchmarks;

/// <summary>The paper's synthetic experiment, from fixed seeds: models, batches, and both implementations of what takes the time.</summary>
internal sealed class PublishedProblem : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly SequenceFormat _format;
    private readonly MonteCarloRollout _rollout;
    private readonly PlainTraining _plainTraining;
    private readonly float[] _rewards;
    private readonly float[] _ones;
    private readonly float[] _advantages;
    private readonly SequenceBuffer _completions;
    private readonly Generator _random = new(4);

    public PublishedProblem(ProblemSize size)
    {
        Size = size;
        _format = new SequenceFormat(size.Vocabulary, size.Length);
        var options = new SeqGanOptions();
        options.UsePaperParameters();
        Generator = Own(new RecurrentGenerator(_format, options.Generator, seed: 1));
        Discriminator = Own(ModuleDiscriminator.Create(_format, options.Discriminator, seed: 2));
        PublishedDiscriminator = Own(new PublishedDiscriminator(_format, options.Discriminator, Discriminator.Module));
        options.Discriminator.ScoringPrecision = ScoringPrecision.BFloat16;
        DiscriminatorBFloat16 = Own(ModuleDiscriminator.Create(_format, options.Discriminator, seed: 2));
        _plainTraining =
            Own(new PlainTraining(Own(new RecurrentGenerator(_format, options.Generator, seed: 1)), options.Generator.LearningRate));
        _rollout = Own(new MonteCarloRollout(Generator, options.Rollout));
        using (RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(_format, seed: 3))
            Real = oracle.Sample(size.Batch, seed: 4).AsBatch();
        Generated = Generator.Sample(size.Batch, seed: 4).AsBatch();
        _rewards = new float[size.Batch * size.Length];
        _ones = [.. Enumerable.Repeat(1f, _rewards.Length)];
        _advantages = [.. Enumerable.Range(0, _rewards.Length).Select(i => (i % 7 - 3) * 0.1f)];
        _completions = new SequenceBuffer(_format);
        Estimator = new MonteCarloRewardEstimator(_rollout, Discriminator, size.Samples);
        EstimatorBFloat16 = new MonteCarloRewardEstimator(_rollout, DiscriminatorBFloat16, size.Samples);
        PublishedEstimator = new PublishedRolloutLoop(Generator, PublishedDiscriminator, size.Samples);
    }

    public ProblemSize Size { get; }

    public RecurrentGenerator Generator { get; }

    public ModuleDiscriminator Discriminator { get; }

    public ModuleDiscriminator DiscriminatorBFloat16 { get; }

    public PublishedDiscriminator PublishedDiscriminator { get; }

    public TokenBatch Real { get; }

    public TokenBatch Generated { get; }

    public MonteCarloRewardEstimator Estimator { get; }

    public MonteCarloRewardEstimator EstimatorBFloat16 { get; }

    public PublishedRolloutLoop PublishedEstimator { get; }

    /// <summary>
    /// The arithmetic that all rollouts of the batch cannot do without, in floating-point operations: the recurrent and the output
    /// products of each step; the first token of all completions of a prefix has one distribution.
    /// </summary>
    public double RolloutOperations => (Prefixes + (Completions * (Size.Length - 2) / 2)) * ((2.0 * 32 * Size.Vocabulary) + (2 * 64 * 128));

    /// <summary>
    /// The arithmetic that scoring the completions cannot do without: each token's embedding with all filters, once, and the highway's
    /// two products. Sums of windows, which are not products, are left out.
    /// </summary>
    public double ScoringOperations
    {
        get
        {
            double features = 0, columns = 0;
            foreach ((int width, int filters) in DiscriminatorOptions.PublishedFilterWidths.Zip(DiscriminatorOptions.PublishedFilterCounts)
                .Where(w => w.First <= Size.Length))
            {
                features += filters;
                columns += width * (double)filters;
            }

            double tokens = Math.Min(Size.Vocabulary, Completions * Size.Length / 2);
            return (2 * 64 * columns * tokens) + (4 * features * features * (Completions + Size.Batch));
        }
    }

    private double Prefixes => Size.Batch * (Size.Length - 1.0);

    private double Completions => Prefixes * Size.Samples;

    /// <summary>Starts an estimation as a training round does: the discriminator has changed since the last one.</summary>
    public async Task<float> EstimateAsync(IRewardEstimator estimator)
    {
        Discriminator.ForgetCompiled();
        DiscriminatorBFloat16.ForgetCompiled();
        await estimator.EstimateAsync(Generated, new RewardRequest { Key = new RandomKey(5, RandomPurpose.Rollout) }, _rewards);
        return _rewards[0];
    }

    public float[] Rewards() => [.. _rewards];

    public int RollOut()
    {
        var request = new RolloutRequest { Key = new RandomKey(5, RandomPurpose.Rollout), SamplesPerPrefix = Size.Samples };
        _rollout.CompleteAsync(Generated, request, _completions).AsTask().GetAwaiter().GetResult();
        return _completions.Count;
    }

    public int RollOutAsPublished()
    {
        for (int n = 0; n < Size.Samples; n++)
        {
            for (int prefix = 1; prefix < Size.Length; prefix++)
                PublishedEstimator.Complete(Generated, prefix, _random, _completions);
        }

        return _completions.Count;
    }

    /// <summary>The tokens of what was last rolled out, [completions, length].</summary>
    public ReadOnlyMemory<int> RolledOut => _completions.AsBatch().Tokens;

    /// <summary>Scores what was last rolled out by a discriminator that has just learned.</summary>
    public Task<float> ScoreAsync()
    {
        Discriminator.ForgetCompiled();
        return Task.FromResult(ScoreRolledOut());
    }

    /// <summary>Scores what was last rolled out.</summary>
    public float ScoreRolledOut()
    {
        float[] scores = new float[_completions.Count];
        Discriminator.ScoreAsync(_completions.AsBatch(), scores).AsTask().GetAwaiter().GetResult();
        return scores[0];
    }

    /// <summary>Scores as many sequences in the published code's batches.</summary>
    public async Task<float> ScoreAsPublishedAsync()
    {
        float[] scores = new float[Size.Batch];
        for (int batch = 0; batch < Size.Samples * (Size.Length - 1); batch++)
            await PublishedDiscriminator.ScoreAsync(Generated, scores);
        return scores[0];
    }

    public int Sample(int count) => Generator.Sample(count, seed: 6).Count;

    public int SampleAsPublished(int count)
    {
        var sequences = new SequenceBuffer(_format, Size.Batch);
        int sampled = 0;
        for (; sampled < count; sampled += Size.Batch)
            PublishedEstimator.Complete(default, 0, _random, sequences);
        return sampled;
    }

    /// <summary>One step on half a batch of real and half a batch of generated sequences.</summary>
    public async Task<double> StepDiscriminatorAsync() =>
        (await Discriminator.TrainAsync(Real[..(Size.Batch / 2)], Generated[..(Size.Batch / 2)])).Loss;

    public double StepDiscriminatorAsPublished() => PublishedDiscriminator.Train(Real[..(Size.Batch / 2)], Generated[..(Size.Batch / 2)]);

    public double StepMaximumLikelihood() => Generator.Train(Real, _ones, GeneratorObjective.MaximumLikelihood).Loss;

    public double StepMaximumLikelihoodAsPublished() => _plainTraining.Train(Real, _ones).Loss;

    public double StepPolicyGradient() => Generator.Train(Generated, _advantages, GeneratorObjective.PolicyGradient).Loss;

    public double StepPolicyGradientAsPublished() => _plainTraining.Train(Generated, _advantages).Loss;

    public void Dispose()
    {
        _random.Dispose();
        for (int i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    private T Own<T>(T component)
        where T : IDisposable
    {
        _owned.Add(component);
        return component;
    }
}
