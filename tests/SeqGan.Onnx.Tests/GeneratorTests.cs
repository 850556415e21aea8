using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>The generator's model in ONNX Runtime against the sampler of this library.</summary>
public sealed unsafe class GeneratorTests : IDisposable
{
    private static readonly SequenceFormat s_fixed = new(vocabularySize: 19, maxLength: 12, startToken: 3);
    private static readonly SequenceFormat s_ending = new(
        40, 16, 0, Vocabulary.EndId, Vocabulary.PaddingId, unknownToken: Vocabulary.UnknownId);
    private static readonly SequenceFormat s_labelled = new(40, 16, 0, Vocabulary.EndId, Vocabulary.PaddingId, labelCount: 3);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<GeneratorNetwork, int, int, string> Networks =>
        [.. from cell in new[] { GeneratorNetwork.Lstm, GeneratorNetwork.Gru }
            from size in ((int Layers, int Hidden)[])[(1, 7), (2, 32), (3, 20)]
            from format in (string[])[nameof(s_fixed), nameof(s_ending), nameof(s_labelled)]
            select new TheoryDataRow<GeneratorNetwork, int, int, string>(cell, size.Layers, size.Hidden, format)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void Save_AnyNetwork_HasTheLogitsOfTheLibrary(GeneratorNetwork cell, int layers, int hidden, string format)
    {
        const int Rows = 6, Steps = 20;

        // With larger weights a network is chaotic: a difference in rounding grows from step to step.
        CompiledPolicy policy = TestPolicies.Create(Format(format), cell, layers, embedding: 9, hidden, scale: 0.4f);
        OnnxExport.Save(policy, _folder.Combine("onnx"));
        using var onnx = new OnnxGenerator(_folder.Combine("onnx"), Rows);
        var library = new DecodingWorker(policy, Kernels.Best);
        library.Clear(Rows);
        var key = new RandomKey(1, RandomPurpose.User);
        int vocabulary = policy.Format.VocabularySize, inputs = vocabulary + policy.Format.LabelCount;
        float largest = 0, first = 0;
        for (int step = 0; step < Steps; step++)
        {
            for (int row = 0; row < Rows; row++)
                library.Tokens[row] = (int)(key.NextUniform(row, 0, step) * (step == 0 ? inputs : vocabulary));
            library.Advance(Rows);
            library.ComputeLogits(Rows, policy.Output.Bias);
            float[] logits = onnx.Advance(library.Tokens[..Rows]);
            for (int i = 0; i < logits.Length; i++)
            {
                float expected = library.Logits(i / vocabulary)[i % vocabulary];
                Assert.Equal(float.IsFinite(expected), float.IsFinite(logits[i]));
                Assert.Equal(float.IsFinite(expected), policy.Format.CanGenerate(i % vocabulary));
                largest = Math.Max(largest, float.IsFinite(expected) ? Math.Abs(expected - logits[i]) : 0);
            }

            first = step == 0 ? largest : first;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"largest difference of logits: {first:g2} at first, then {largest:g2}");
        Assert.InRange(first, 0, 5e-6);
        Assert.InRange(largest, 0, 1e-4);
    }

    [Fact]
    public void Save_Transformer_IsRefused()
    {
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Save(
            TestPolicies.Create(s_fixed, GeneratorNetwork.Transformer, hidden: 8), _folder.Combine("onnx")));

        Assert.Equal("The generator cannot be exported: its network is Transformer, not Lstm or Gru.", error.Message);
        Assert.False(Directory.Exists(_folder.Combine("onnx")));
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, nameof(s_ending), null)]
    [InlineData(GeneratorNetwork.Gru, nameof(s_ending), null)]
    [InlineData(GeneratorNetwork.Lstm, nameof(s_fixed), null)]
    [InlineData(GeneratorNetwork.Gru, nameof(s_labelled), "1")]
    public void Save_SameUniformNumbers_GivesTheSameSamples(GeneratorNetwork cell, string format, string? label)
    {
        CompiledPolicy policy = TestPolicies.Create(Format(format), cell, layers: 2, embedding: 9, hidden: 24, scale: 0.8f);
        OnnxExport.Save(policy, _folder.Combine("onnx"));

        SampleComparison comparison = SampleComparison.Run(policy, _folder.Combine("onnx"), count: 1000, seed: 7, label);

        TestContext.Current.TestOutputHelper!.WriteLine(comparison.ToString());
        Assert.Equal(0, comparison.Different);
        Assert.InRange(comparison.AtBoundary, 0, 5);
    }

    [Fact]
    public void Save_TextModel_NamesTokensAndLabels()
    {
        var vocabulary = new Vocabulary(["a", "\"b\"", "é", "😀"]);
        var format = new SequenceFormat(vocabulary.Count, 9, 0, Vocabulary.EndId, Vocabulary.PaddingId, labelCount: 2);
        CompiledPolicy policy = new CompiledPolicy(TestPolicies.Weights(format), vocabulary, Tokenizer.Graphemes)
            .WithLabels(new LabelSet(["no", "yes"], [30, 12])).WithNormalizedText();

        OnnxExport.Save(policy, _folder.Combine("onnx"));

        using var onnx = new OnnxSession(_folder.Combine("onnx", OnnxExport.GeneratorFileName));
        Assert.Equal(
            ["<padding>", "<end>", "<unknown>", "a", "\"b\"", "é", "😀"],
            JsonSerializer.Deserialize<string[]>(onnx.Metadata["vocabulary"])!);
        Assert.Equal(["no", "yes"], JsonSerializer.Deserialize<string[]>(onnx.Metadata["labels"])!);
        Assert.Equal([30, 12], JsonSerializer.Deserialize<long[]>(onnx.Metadata["label_counts"])!);
        (string, string)[] expected =
        [
            ("seqgan.onnx", "1"), ("vocabulary_size", "7"), ("max_length", "8"), ("start_token", "0"), ("end_token", "1"),
            ("padding_token", "0"), ("unknown_token", "2"), ("tokenizer", "graphemes"), ("normalization", "NFC"), ("network", "lstm"),
            ("layers", "1"), ("embedding_size", "5"), ("hidden_size", "7"),
        ];
        Assert.All(expected, entry => Assert.Equal(entry.Item2, onnx.Metadata[entry.Item1]));
        Assert.Equal(expected.Length + 3, onnx.Metadata.Count);
        Assert.Equal([-1], onnx.Inputs["token"]);
        Assert.Equal([1, -1, 7], onnx.Inputs["hidden"]);
        Assert.Equal([1, -1, 7], onnx.Inputs["cell"]);
        Assert.Equal([-1, 7], onnx.Outputs["logits"]);
        Assert.Equal(["logits", "next_cell", "next_hidden"], onnx.Outputs.Keys.Order());
    }

    [Fact]
    public void Save_ModelOfIds_HasNoVocabulary()
    {
        OnnxExport.Save(TestPolicies.Create(s_fixed, GeneratorNetwork.Gru), _folder.Combine("onnx"));

        using var onnx = new OnnxSession(_folder.Combine("onnx", OnnxExport.GeneratorFileName));
        Assert.Equal("3", onnx.Metadata["start_token"]);
        Assert.Equal("gru", onnx.Metadata["network"]);
        string[] absent = ["vocabulary", "end_token", "padding_token", "unknown_token", "labels", "tokenizer", "normalization"];
        Assert.DoesNotContain(onnx.Metadata.Keys, key => absent.Contains(key));
        Assert.Equal(["hidden", "token"], onnx.Inputs.Keys.Order());
    }

    // Sizes of samples/Quickstart: letters and digits, the default embedding, a state of 160.
    [Fact]
    public void Save_NamesModelOfQuickstart_IsBelowAMegabyte()
    {
        var format = new SequenceFormat(3 + 62, 25, 0, Vocabulary.EndId, Vocabulary.PaddingId);
        int embedding = new GeneratorOptions().EmbeddingSize;

        OnnxExport.Save(TestPolicies.Create(format, embedding: embedding, hidden: 160), _folder.Combine("onnx"));

        long size = new FileInfo(_folder.Combine("onnx", OnnxExport.GeneratorFileName)).Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"{size} bytes");
        Assert.InRange(size, 100_000, 1_000_000);
    }

    [Fact]
    public void Save_Twice_WritesTheSameBytes()
    {
        CompiledPolicy policy = TestPolicies.Create(s_labelled, layers: 2);
        OnnxExport.Save(policy, _folder.Combine("one"));
        OnnxExport.Save(policy, _folder.Combine("two"));

        Assert.Equal(
            File.ReadAllBytes(_folder.Combine("one", OnnxExport.GeneratorFileName)),
            File.ReadAllBytes(_folder.Combine("two", OnnxExport.GeneratorFileName)));
    }

    private static SequenceFormat Format(string name) => name switch
    {
        nameof(s_fixed) => s_fixed,
        nameof(s_ending) => s_ending,
        _ => s_labelled,
    };
}
