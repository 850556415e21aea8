using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>Sampling the generated sequences of one discriminator round.</summary>
public class SamplingBenchmarks
{
    private const int Count = 10_000;

    private PublishedProblem _problem = null!;

    [GlobalSetup]
    public void SetUp() => _problem = new PublishedProblem(1);

    [GlobalCleanup]
    public void CleanUp() => _problem.Dispose();

    [Benchmark(Baseline = true)]
    public int PublishedLoop() => _problem.SampleAsPublished(Count);

    [Benchmark]
    public int Batched() => _problem.Sample(Count);
}
