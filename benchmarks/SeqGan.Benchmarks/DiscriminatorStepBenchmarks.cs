using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>One training step of the discriminator: half a batch of real and half a batch of generated sequences.</summary>
public class DiscriminatorStepBenchmarks : SizedBenchmarks
{
    [Benchmark(Baseline = true)]
    public double Published() => Problem.StepDiscriminatorAsPublished();

    [Benchmark]
    public Task<double> Library() => Problem.StepDiscriminatorAsync();
}
