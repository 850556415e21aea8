using System.Text.Json;

namespace SeqGan.Tests.Generation.PyTorch;

/// <summary>Weights that PyTorch's own modules saved, and what PyTorch computes with them; make_fixtures.py made the files.</summary>
public class PyTorchWeightsTests
{
    [Theory]
    [InlineData(GeneratorNetwork.Lstm, "lstm")]
    [InlineData(GeneratorNetwork.Gru, "gru")]
    public void LoadWeights_SavedByPyTorch_GivesPyTorchsLogProbabilities(GeneratorNetwork cell, string name)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "expected.json")));
        int[][] sequences = expected.RootElement.GetProperty("sequences").Deserialize<int[][]>()!;
        float[] logs = expected.RootElement.GetProperty(name).Deserialize<float[]>()!;
        var format = new SequenceFormat(11, 9, startToken: 3);
        using var generator = new RecurrentGenerator(
            format, new GeneratorOptions { Network = cell, Layers = 2, EmbeddingSize = 5, HiddenSize = 6 });
        generator.LoadWeights(Path.Combine(Folder(), name + ".safetensors"));
        var batch = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            batch.Set(row, sequences[row]);

        float[] actual = Generators.LogProbabilities(generator, batch.AsBatch());

        Assert.Equal(logs.Length, actual.Length);
        for (int i = 0; i < logs.Length; i++)
            Assert.Equal(logs[i], actual[i], 1e-5f);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, "lstm")]
    [InlineData(GeneratorNetwork.Gru, "gru")]
    public void SaveWeights_AfterLoadingPyTorchs_GivesBackTheSameTensors(GeneratorNetwork cell, string name)
    {
        string source = Path.Combine(Folder(), name + ".safetensors"),
        copy = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using var generator = new RecurrentGenerator(
                new SequenceFormat(11, 9), new GeneratorOptions { Network = cell, Layers = 2, EmbeddingSize = 5, HiddenSize = 6 });
            generator.LoadWeights(source);
            generator.SaveWeights(copy);
            SafetensorsFile before = SafetensorsFile.Read(source), after = SafetensorsFile.Read(copy);
            Assert.Equal(before.Names.Order(StringComparer.Ordinal), after.Names.Order(StringComparer.Ordinal));
            Assert.All(before.Names, tensor =>
            {
                Assert.Equal(before[tensor].Shape, after[tensor].Shape);
                Assert.Equal(before.ReadSingle(tensor), after.ReadSingle(tensor));
            });
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Generation", "PyTorch");
}
