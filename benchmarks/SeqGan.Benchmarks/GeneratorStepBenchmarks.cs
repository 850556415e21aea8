using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>One training step of the generator on 64 sequences, against libtorch's operators, autograd, clipping and Adam.</summary>
public class GeneratorStepBenchmarks
{
    private const int Steps = 20;

    private PublishedProblem _problem = null!;

    [Params(GeneratorObjective.MaximumLikelihood, GeneratorObjective.PolicyGradient)]
    public GeneratorObjective Objective { get; set; }

    [GlobalSetup]
    public void SetUp() => _problem = new PublishedProblem(1);

    [GlobalCleanup]
    public void CleanUp() => _problem.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public double PlainAutogradStep()
    {
        double loss = 0;
        for (int step = 0; step < Steps; step++)
            loss = _problem.StepGeneratorByAutograd(Objective);
        return loss;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public double TrainingStep()
    {
        double loss = 0;
        for (int step = 0; step < Steps; step++)
            loss = _problem.StepGenerator(Objective);
        return loss;
    }
}
