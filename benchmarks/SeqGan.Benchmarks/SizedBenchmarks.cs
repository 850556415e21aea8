using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>
/// What every benchmark of one problem shares: the size, the threads, and the models that are made outside the measured part.
/// </summary>
public abstract class SizedBenchmarks
{
    [ParamsSource(nameof(Sizes))]
    public ProblemSize Size { get; set; } = ProblemSize.Paper;

    [Params(1, 2)]
    public int Threads { get; set; }

    public static IEnumerable<ProblemSize> Sizes => ProblemSize.All;

    private protected PublishedProblem Problem { get; private set; } = null!;

    [GlobalSetup]
    public virtual void SetUp()
    {
        torch.set_num_threads(Threads);
        Problem = new PublishedProblem(Size);
    }

    [GlobalCleanup]
    public virtual void CleanUp() => Problem.Dispose();
}
