using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>The rollouts of one batch, without scores.</summary>
public class RolloutBenchmarks : SizedBenchmarks
{
    [Benchmark(Baseline = true)]
    public int PublishedLoop() => Problem.RollOutAsPublished();

    [Benchmark]
    public int Batched() => Problem.RollOut();
}
