using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>One training step of the discriminator, on 64 real and 64 generated sequences.</summary>
public class TrainingStepBenchmarks
{
    private const int Steps = 10;

    private PublishedProblem _problem = null!;

    [GlobalSetup]
    public void SetUp() => _problem = new PublishedProblem(1);

    [GlobalCleanup]
    public void CleanUp() => _problem.Dispose();

    [Benchmark(OperationsPerInvoke = Steps)]
    public async Task<double> DiscriminatorStep()
    {
        double loss = 0;
        for (int step = 0; step < Steps; step++)
            loss = await _problem.StepDiscriminatorAsync();
        return loss;
    }
}
