using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>One policy gradient step, its rewards given: a batch of generated sequences.</summary>
public class PolicyGradientStepBenchmarks : SizedBenchmarks
{
    [Benchmark(Baseline = true)]
    public double Published() => Problem.StepPolicyGradientAsPublished();

    [Benchmark]
    public double Library() => Problem.StepPolicyGradient();
}
