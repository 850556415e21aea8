using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>The rewards of one batch: all rollouts, and their scores.</summary>
public class RewardEstimationBenchmarks
{
    private PublishedProblem _problem = null!;

    [Params(4, 16)]
    public int SamplesPerPrefix { get; set; }

    [GlobalSetup]
    public void SetUp() => _problem = new PublishedProblem(SamplesPerPrefix);

    [GlobalCleanup]
    public void CleanUp() => _problem.Dispose();

    [Benchmark(Baseline = true)]
    public Task<float> PublishedLoop() => _problem.EstimateAsync(_problem.Published);

    [Benchmark]
    public Task<float> Batched() => _problem.EstimateAsync(_problem.Batched);
}
