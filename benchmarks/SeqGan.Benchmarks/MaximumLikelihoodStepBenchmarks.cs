using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>One step of pre-training: a batch of real sequences.</summary>
public class MaximumLikelihoodStepBenchmarks : SizedBenchmarks
{
    [Benchmark(Baseline = true)]
    public double Published() => Problem.StepMaximumLikelihoodAsPublished();

    [Benchmark]
    public double Library() => Problem.StepMaximumLikelihood();
}
