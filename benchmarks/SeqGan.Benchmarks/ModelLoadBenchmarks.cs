using BenchmarkDotNet.Attributes;

namespace SeqGan.Benchmarks;

/// <summary>From a model's file to its first sequence: by libtorch, and in managed code.</summary>
public class ModelLoadBenchmarks : SizedBenchmarks
{
    private string _weights = "", _model = "";
    private GeneratorOptions _options = new();

    public override void SetUp()
    {
        base.SetUp();
        string folder = Directory.CreateTempSubdirectory("seqgan-benchmarks-").FullName;
        _weights = Path.Combine(folder, "weights.safetensors");
        _model = Path.Combine(folder, "model.safetensors");
        Problem.Generator.SaveWeights(_weights);
        Problem.Generator.Compile().Save(_model);
        var paper = new SeqGanOptions();
        paper.UsePaperParameters();
        _options = paper.Generator;
        _options.UsesBatchedDecoder = true;
    }

    public override void CleanUp()
    {
        base.CleanUp();
        Directory.Delete(Path.GetDirectoryName(_model)!, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public int LibTorch()
    {
        using var generator = new RecurrentGenerator(Problem.Generator.Format, _options);
        generator.LoadWeights(_weights);
        return generator.Sample(1, seed: 1).Row(0)[0];
    }

    [Benchmark]
    public int Managed() => new SequenceSampler(CompiledPolicy.Load(_model)).Sample(1, new SamplingOptions { Seed = 1 }).Row(0)[0];
}
