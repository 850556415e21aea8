using Xunit;

namespace SeqGan.Tests;

public sealed class LabelledModelFileTests : IDisposable
{
    private static readonly SequenceFormat s_format = new(7, 6, 0, endToken: 1, paddingToken: 0, labelCount: 2, unknownToken: 2);

    private readonly TemporaryFile _file = new();

    /// <summary>A change of the metadata (null removes an entry), and a part of the message.</summary>
    public static TheoryData<string, string?, string> BadMetadata => new()
    {
        { "labels", "", "'labels' and 'label_counts' are not a JSON array" },
        { "labels", """["x","x"]""", "The label 'x' occurs twice" },
        { "labels", """["x",""]""", "Label 1 is empty" },
        { "labels", "[]", "There are 0 labels" },
        { "labels", """["x"]""", "There are 1 labels and 2 counts" },
        { "labels", """["x","y","z"]""", "There are 3 labels and 2 counts" },
        { "labels", null, "'output.weight': shape [7, 7] does not fit; it must be [9, 7]" },
        { "label_counts", null, "the metadata have 'labels', but no 'label_counts'" },
        { "label_counts", "1", "There are 2 labels and 1 counts" },
        { "label_counts", "1,-2", "count 1 is not a whole number" },
        { "label_counts", "0,0", "All labels have the count 0" },
        { "label_counts", "1,99999999999999999999", "count 1 is not a whole number" },
    };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Load_SavedModel_HasItsLabelsAndSamplesThem()
    {
        CompiledPolicy policy = new CompiledPolicy(
            TestPolicies.Weights(s_format), new Vocabulary(["a", "b", "c", "d"]), Tokenizer.Characters)
            .WithLabels(new LabelSet(["gold, \"old\"", "élite"], [3, 9]));
        policy.Save(_file.Path);

        CompiledPolicy loaded = CompiledPolicy.Load(_file.Path);

        Assert.Equal(s_format, loaded.Format);
        Assert.Equal(policy.Labels!.Names, loaded.Labels!.Names);
        Assert.Equal([3L, 9L], loaded.Labels.Counts);
        var options = new SamplingOptions { Seed = 0, Label = "élite" };
        Assert.Equal(new SequenceSampler(policy).Sample(100, options).Rows(), new SequenceSampler(loaded).Sample(100, options).Rows());
        SequenceBuffer sample = new SequenceSampler(policy).Sample(100, new SamplingOptions { Seed = 0 }),
            again = new SequenceSampler(loaded).Sample(100, new SamplingOptions { Seed = 0 });
        Assert.Equal(sample.Rows(), again.Rows());
        Assert.Equal(sample.Labels.ToArray(), again.Labels.ToArray());
    }

    [Theory]
    [MemberData(nameof(BadMetadata))]
    public void Load_BadLabels_NamesTheProblem(string name, string? value, string message)
    {
        var metadata = new Dictionary<string, string>
        {
            ["seqgan.model"] = "1",
            ["max_length"] = "6",
            ["start_token"] = "0",
            ["end_token"] = "1",
            ["padding_token"] = "0",
            ["labels"] = """["x","y"]""",
            ["label_counts"] = "1,2",
        };
        PolicyWeights weights = TestPolicies.Weights(s_format);
        SafetensorsWriter.Write(_file.Path, weights.Tensors, metadata);
        CompiledPolicy.Load(_file.Path);
        metadata.Remove(name);
        if (value is not null)
            metadata[name] = value;
        SafetensorsWriter.Write(_file.Path, weights.Tensors, metadata);

        var error = Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.Load(_file.Path));

        Assert.StartsWith(_file.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AsManyLabelsAsInputs_NamesBoth()
    {
        SafetensorsWriter.Write(_file.Path, TestPolicies.Weights(s_format).Tensors, new Dictionary<string, string>
        {
            ["seqgan.model"] = "1",
            ["max_length"] = "6",
            ["start_token"] = "0",
            ["labels"] = """["a","b","c","d","e","f","g","h","i"]""",
            ["label_counts"] = "1,1,1,1,1,1,1,1,1",
        });

        Assert.Contains(
            "there are 9 labels, but 'embedding.weight' has 9 rows, which must be more",
            Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.Load(_file.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromWeights_FormatWithLabels_NumbersThem()
    {
        SafetensorsWriter.Write(_file.Path, TestPolicies.Weights(s_format).Tensors);

        Assert.Equal(["0", "1"], CompiledPolicy.FromWeights(_file.Path, s_format).Labels!.Names);
        Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.FromWeights(_file.Path, new SequenceFormat(7, 6, 0, 1, 0)));
    }

    [Fact]
    public void WithLabels_AnotherNumber_NamesBoth() => Assert.Contains(
        "There are 1 labels; the format has 2.",
        Assert.Throws<ArgumentException>(() => TestPolicies.Create(s_format).WithLabels(LabelSet.Numbered(1))).Message,
        StringComparison.Ordinal);
}
