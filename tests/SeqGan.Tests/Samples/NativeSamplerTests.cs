using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Samples;

/// <summary>Runs the sampler as a user does, here by the runtime and not as native code.</summary>
public sealed class NativeSamplerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-sampler-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Transformer)]
    public async Task Run_SavedModel_PrintsWhatTheModelGenerates(GeneratorNetwork network)
    {
        string path = Path.Combine(_folder.FullName, "model.safetensors");
        using (NeuralGenerator generator = Generators.OfNetwork(Generators.Ending, network))
            generator.Compile(new Vocabulary(["a", "b", "c", "d", "e", "f"]), Tokenizer.Characters).Save(path);

        (int code, string output, string error) = await BuiltProgram.RunAsync(
            "samples/NativeSampler", path, "--count", "7", "--seed", "3", "--prefix", "ab", "--top-k", "5", "--temperature", "1.5");

        Assert.Equal((0, ""), (code, error));
        IReadOnlyList<string> expected = new SequenceSampler(CompiledPolicy.Load(path))
            .Generate(7, new SamplingOptions { Seed = 3, TopK = 5, Temperature = 1.5 }, "ab", TestContext.Current.CancellationToken);
        Assert.Equal(expected, output.TrimEnd('\n').Split('\n'));
        Assert.All(expected, line => Assert.StartsWith("ab", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("There is no model file", "--count", "3")]
    [InlineData("There is no option --cuont", "m", "--cuont", "3")]
    [InlineData("--count is -1; it must be a whole number from 0 to 2147483647.", "m", "--count", "-1")]
    [InlineData("no-such-file", "no-such-file")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments)
    {
        (int code, _, string error) = await BuiltProgram.RunAsync("samples/NativeSampler", arguments);

        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
