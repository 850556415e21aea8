using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>The scores of one batch's completions by a discriminator that has just learned, without the rollouts.</summary>
public class ScoringBenchmarks : SizedBenchmarks
{
    public override void SetUp()
    {
        base.SetUp();
        Problem.RollOut();
    }

    [Benchmark(Baseline = true)]
    public Task<float> PublishedLoop() => Problem.ScoreAsPublishedAsync();

    [Benchmark]
    public Task<float> Batched() => Problem.ScoreAsync();
}
