using System.Text.Json;

namespace SeqGan.Tests;

/// <summary><c>seqgan export</c>, as a user runs it.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_TrainedModel_SamplesAlikeWithoutSeqGan()
    {
        (string model, string onnx) = (_folder.Combine("m.seqgan"), _folder.Combine("onnx"));
        (string file, string checkpoints) = (_folder.Combine("lines.txt"), _folder.Combine("checkpoints"));
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(0, 300).Select(i => $"{"KLMNP"[i % 5]}{"aeiou"[i / 5 % 5]}{"rst"[i / 100]} {i * 37 % 100:00}"));
        await RunAsync(
            "train", file, "--model", model, "--checkpoints", checkpoints, "--quick", "--epochs", "2", "--rounds", "1", "--json");

        string output = await RunAsync("export", model, "--onnx", onnx, "--checkpoints", checkpoints, "--json");

        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(onnx, json.RootElement.GetProperty("onnx").GetString());
        foreach (string name in (string[])["generator", "discriminator"])
        {
            var written = new FileInfo(Path.Combine(onnx, json.RootElement.GetProperty(name).GetString()!));
            Assert.Equal(written.Length, json.RootElement.GetProperty($"{name}_bytes").GetInt64());
        }

        Assert.Equal(9, json.RootElement.GetProperty("operator_set").GetInt32());
        SampleComparison comparison = SampleComparison.Run(CompiledPolicy.Load(model), onnx, count: 1000, seed: 3);
        TestContext.Current.TestOutputHelper!.WriteLine(output.TrimEnd());
        TestContext.Current.TestOutputHelper!.WriteLine(comparison.ToString());
        Assert.Equal(0, comparison.Different);
        Assert.InRange(comparison.LargestDifference, 0, 1e-4);
        using var discriminator = new OnnxSession(Path.Combine(onnx, OnnxExport.DiscriminatorFileName));
        int length = discriminator.Inputs["tokens"][1];
        float[] scores = discriminator.Run(("tokens", new long[2 * length], [2, length]))["score"];
        Assert.InRange(Assert.Single(scores.Distinct()), 0, 1);

        // As a training resumes from the newest intact checkpoint, so is it exported.
        string newest = Directory.GetDirectories(checkpoints).Max(StringComparer.Ordinal)!;
        await File.WriteAllTextAsync(Path.Combine(newest, "generator.state"), "damaged");
        var other = await BuiltProgram.RunAsync(
            "src/SeqGan.Tool", "export", model, "--onnx", _folder.Combine("other"), "--checkpoints", checkpoints);
        Assert.Equal(0, other.ExitCode);
        Assert.Contains(Path.GetFileName(newest), other.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.Combine("other"), OnnxExport.DiscriminatorFileName)));
    }

    [Fact]
    public async Task Export_DiscriminatorThatWasNeverTrained_IsRefused()
    {
        (string file, string model, string checkpoints) =
            (_folder.Combine("lines.txt"), _folder.Combine("m.seqgan"), _folder.Combine("checkpoints"));
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 100).Select(i => $"{"KLMNP"[i % 5]}{i:00}"));
        SeqGanBuilder builder = new SeqGanBuilder().UseCorpus(Corpus.FromFile(file)).ResumeFrom(checkpoints)
            .Configure(options => options.Training.GeneratorPretrainingEpochs = 1);
        using (SeqGanTrainer trainer = builder.Build())
        {
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining);
            trainer.SaveModel(model);
        }

        var run = await BuiltProgram.RunAsync(
            "src/SeqGan.Tool", "export", model, "--onnx", _folder.Combine("onnx"), "--checkpoints", checkpoints);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("have a discriminator that was never trained: let the training go on", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("onnx")));
    }

    [Fact]
    public async Task Export_WithoutCheckpoints_PrintsTheGeneratorsFile()
    {
        string model = Model(), onnx = _folder.Combine("onnx");

        string output = await RunAsync("export", model, "--onnx", onnx);

        long size = new FileInfo(Path.Combine(onnx, "generator.onnx")).Length;
        Assert.Equal($"{Path.Combine(onnx, "generator.onnx")}: {size} bytes", output.TrimEnd());
        Assert.Equal(["generator.onnx"], Directory.EnumerateFileSystemEntries(onnx).Select(Path.GetFileName));
        using JsonDocument json = JsonDocument.Parse(await RunAsync("export", model, "--onnx", _folder.Combine("other"), "--json"));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("discriminator").ValueKind);
    }

    [Fact]
    public async Task Export_BadInput_SaysWhatIsWrongAndWritesNothing()
    {
        string model = Model(), onnx = _folder.Combine("onnx"), weights = _folder.Combine("weights.safetensors");
        SafetensorsWriter.Write(weights, [new NamedTensor("a", [1], new float[1])], metadata: null);
        string before = State();

        await AssertRefusedAsync("'--onnx' is required", "export", model);
        await AssertRefusedAsync("--onnx is empty", "export", model, "--onnx", "");
        await AssertRefusedAsync("is not empty: it has", "export", model, "--onnx", _folder.FullName);
        await AssertRefusedAsync("is a file; name a new or an empty folder", "export", model, "--onnx", weights);
        await AssertRefusedAsync("not a SeqGan model", "export", weights, "--onnx", onnx);
        await AssertRefusedAsync("no-such-model", "export", "no-such-model.seqgan", "--onnx", onnx);
        await AssertRefusedAsync("has no checkpoints", "export", model, "--onnx", onnx, "--checkpoints", _folder.Combine("none"));

        Assert.Equal(before, State());

        string State() => string.Join('\n', Directory.EnumerateFileSystemEntries(_folder.FullName).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {new FileInfo(path).Length}"));
    }

    private string Model()
    {
        string path = _folder.Combine("m.seqgan");
        TestPolicies.Create(new SequenceFormat(9, 5, 0, Vocabulary.EndId, Vocabulary.PaddingId)).Save(path);
        return path;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private static async Task AssertRefusedAsync(string message, params string[] arguments)
    {
        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
