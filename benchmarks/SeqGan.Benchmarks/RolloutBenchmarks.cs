using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>The rollouts of one batch, without scores.</summary>
public class RolloutBenchmarks
{
    private PublishedProblem _problem = null!;

    [Params(4, 16)]
    public int SamplesPerPrefix { get; set; }

    [GlobalSetup]
    public void SetUp() => _problem = new PublishedProblem(SamplesPerPrefix);

    [GlobalCleanup]
    public void CleanUp() => _problem.Dispose();

    [Benchmark(Baseline = true)]
    public int PublishedLoop() => _problem.RollOutAsPublished();

    [Benchmark]
    public int Batched() => _problem.RollOut();
}
