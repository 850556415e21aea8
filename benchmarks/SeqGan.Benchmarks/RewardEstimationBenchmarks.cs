using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>The rewards of one batch: all rollouts, and their scores by a discriminator that has just learned.</summary>
public class RewardEstimationBenchmarks : SizedBenchmarks
{
    [Benchmark(Baseline = true)]
    public Task<float> PublishedLoop() => Problem.EstimateAsync(Problem.PublishedEstimator);

    [Benchmark]
    public Task<float> Batched() => Problem.EstimateAsync(Problem.Estimator);

    [Benchmark]
    public Task<float> BatchedBFloat16() => Problem.EstimateAsync(Problem.EstimatorBFloat16);
}
