using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>Sampling the generated sequences of one discriminator round.</summary>
public class SamplingBenchmarks : SizedBenchmarks
{
    private const int Count = 10_000;

    [Benchmark(Baseline = true)]
    public int PublishedLoop() => Problem.SampleAsPublished(Count);

    [Benchmark]
    public int Batched() => Problem.Sample(Count);
}
