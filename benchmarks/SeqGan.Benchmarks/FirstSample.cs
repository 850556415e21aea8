using System.Diagnostics;
using System.Globalization;

namespace SeqGan.Benchmarks;

/// <summary>
/// How long a program takes from its start to the first sequence of a model file, by libtorch: beside samples/NativeSampler --time.
/// </summary>
internal static class FirstSample
{
    public static int Run(string[] options)
    {
        if (options is not [var model])
        {
            Console.Error.WriteLine("first-sample needs a model file that SeqGanTrainer.SaveModel wrote, and nothing else.");
            return 2;
        }

        CompiledPolicy policy = CompiledPolicy.Load(model);
        using NeuralGenerator generator = NeuralGenerator.Create(policy.Format, new GeneratorOptions
        {
            Network = policy.Network,
            Layers = policy.Layers,
            EmbeddingSize = policy.EmbeddingSize,
            HiddenSize = policy.HiddenSize,
            Heads = Math.Max(1, policy.Heads),
            UsesBatchedDecoder = true,
        });
        generator.LoadWeights(model);
        SequenceBuffer sampled = generator.Sample(1, seed: 1);
        TimeSpan elapsed = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"The first sequence, {sampled.LengthOf(0)} tokens, came {elapsed.TotalMilliseconds:0} ms after the start."));
        return 0;
    }
}
