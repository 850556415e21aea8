using System.Text;
using System.Text.Json;
using CsCheck;

namespace SeqGan.Tests;

public sealed class ModelFileTests
{
    private static readonly SequenceFormat s_format = new(7, 6, 0, endToken: 1, paddingToken: 0, unknownToken: 2);
    private static readonly Vocabulary s_vocabulary = new(["a", "\"", "é", "😀"]);

    /// <summary>A change of the metadata (null removes an entry), and a part of the message.</summary>
    public static TheoryData<string, string?, string> BadMetadata => new()
    {
        { "seqgan.model", null, "not a SeqGan model: its metadata have no 'seqgan.model'" },
        { "seqgan.model", "3", "the model's version is 3; this library reads versions 1 and 2. Upgrade SeqGan.Inference." },
        { "seqgan.model", "0", "the model's version is 0; this library reads versions 1 and 2." },
        { "seqgan.model", "99999999999999999999", "'seqgan.model' is '99999999999999999999'; it must be a whole number" },
        { "max_length", null, "no 'max_length'" },
        { "max_length", "0", "'max_length' is 0; it must be from 1 to 16777216" },
        { "max_length", "16777217", "'max_length' is 16777217" },
        { "max_length", "2147483648", "'max_length' is '2147483648'; it must be a whole number" },
        { "max_length", "-3", "'max_length' is '-3'; it must be a whole number" },
        { "max_length", "six", "'max_length' is 'six'; it must be a whole number" },
        { "max_length", "", "'max_length' is ''; it must be a whole number" },
        { "start_token", null, "no 'start_token'" },
        { "start_token", "7", "startToken" },
        { "end_token", "7", "endToken" },
        { "end_token", "1.0", "'end_token' is '1.0'" },
        { "end_token", "0", "The padding and the end token are both 0" },
        { "end_token", "2", "the format's padding token is 0 and its end token 2" },
        { "end_token", null, "padding token is 0 and its end token 1; the format's padding token is 0 and its end token absent" },
        { "padding_token", "2", "the format's padding token is 2 and its end token 1" },
        { "padding_token", "1", "The padding and the end token are both 1" },
        { "padding_token", null, "name the padding token" },
        { "padding_token", "999", "paddingToken" },
        { "vocabulary", "", "'vocabulary' is not a JSON array" },
        { "vocabulary", "a b c d", "'vocabulary' is not a JSON array" },
        { "vocabulary", "{}", "does not begin with '['" },
        { "vocabulary", """["a","b","c","d" """, "'vocabulary' is not a JSON array" },
        { "vocabulary", """["a","b","c","d"] ["e"]""", "'vocabulary' is not a JSON array" },
        { "vocabulary", """["a","b","c",4]""", "element 3 is Number, not String" },
        { "vocabulary", """["a","b","c",["d"]]""", "element 3 is Array, not String" },
        { "vocabulary", """["a","b","c",null]""", "element 3 is Null, not String" },
        { "vocabulary", """["a","b","c","\ud800"]""", "'vocabulary' is not a JSON array" },
        { "vocabulary", """["a","b","c",""]""", "Token 3 is empty" },
        { "vocabulary", """["a","b","c","a"]""", "'a' occurs twice" },
        { "vocabulary", """["a","b","c"]""", "The vocabulary has 6 tokens, special ones included; the format or network has 7" },
        { "vocabulary", """["a","b","c","d","e"]""", "The vocabulary has 8 tokens" },
        { "training_sequences", "not base 64", "'training_sequences' is not a rising list of 64-bit numbers in base 64" },
        { "training_sequences", "AAAA", "it has 3 bytes, which is not a multiple of 8" },
        { "training_sequences", "AgAAAAAAAAACAAAAAAAAAA==", "number 1 is not above the one before it" },
        { "normalization", "NFKC", "'normalization' is 'NFKC'; it must be 'NFC', or absent." },
        { "tokenizer", "bytes", "'bytes' is no tokenizer; it must be one of 'characters'" },
        { "tokenizer", "regex:(a", "'tokenizer' cannot be used" },
        { "tokenizer", "alphabet:[1]", "JSON array of strings" },
    };

    /// <summary>A tensor's new name (null removes it), its shape and a value, and a part of the message.</summary>
    public static TheoryData<string, string?, long[]?, float, string> BadTensors => new()
    {
        { "embedding.weight", null, null, 0, "tensor 'embedding.weight' is missing" },
        { "embedding.weight", "embedding.weight", [35], 0, "shape [35] does not fit" },
        { "embedding.weight", "embedding.weight", [5, 7], 0, "does not fit" },
        { "embedding.weight", "embedding.weight", [6, 5], 0, "does not fit" },
        { "embedding.weight", "embedding.weight", [0, 5], 0, "shape [0, 5] does not fit" },
        { "embedding.weight", "embedding.weight", [7, 0], 0, "shape [7, 0] does not fit" },
        { "embedding.weight", "embedding.weight", [7, 5, 1], 0, "shape [7, 5, 1] does not fit" },
        { "output.weight", null, null, 0, "tensor 'output.weight' is missing" },
        { "output.weight", "output.weight", [7, 8], 0, "does not fit" },
        { "output.weight", "output.weight", [8, 7], 0, "'output.weight': shape [8, 7] does not fit" },
        { "output.bias", null, null, 0, "tensor 'output.bias' is missing" },
        { "output.bias", "output.bias", [1, 7], 0, "'output.bias': shape [1, 7] does not fit; it must be [7]" },
        { "output.bias", "output.bias", null, float.NaN, "'output.bias': element 0 is NaN; weights must be finite" },
        { "lstm.weight_hh_l0", "lstm.weight_hh_l0", null, float.PositiveInfinity, "'lstm.weight_hh_l0': element 0 is" },
        { "lstm.weight_hh_l0", "lstm.weight_hh_l0", null, 2e37f, "the weights of lstm layer 0 are so large" },
        { "lstm.bias_ih_l0", "lstm.bias_ih_l0", null, -3e38f, "the weights of lstm layer 0 are so large" },
        { "embedding.weight", "embedding.weight", null, 3e38f, "the weights of lstm layer 0 are so large" },
        { "output.weight", "output.weight", null, 3e38f, "the weights of output are so large" },
        { "lstm.weight_hh_l1", null, null, 0, "tensor 'lstm.weight_hh_l1' is missing" },
        { "lstm.weight_ih_l1", null, null, 0, "the LSTM of 1 layers has no weight" },
        { "lstm.weight_ih_l1", "lstm.weight_ih_l2", null, 0, "has no weight 'lstm.weight_ih_l2'" },
        { "lstm.weight_ih_l0", null, null, 0, "the architecture is not a recurrent generator's" },
        { "lstm.weight_ih_l0", "conv.weight", null, 0, "the architecture is not a recurrent generator's" },
        { "lstm.weight_ih_l0", "gru.weight_ih_l0", null, 0, "the GRU of 1 layers has no weight" },
        { "lstm.bias_hh_l1", "lstm.bias_hh_l1_reverse", null, 0, "has no weight 'lstm.bias_hh_l1_reverse'" },
    };

    [Theory]
    [InlineData("heads", null, "the metadata have no 'heads'")]
    [InlineData("heads", "5", "the width 12 does not divide into 5 heads of an even size, as rotary positions need; 1, 2, 3, 6 would do.")]
    [InlineData("heads", "0", "does not divide into 0 heads")]
    [InlineData("heads", "2147483647", "does not divide into 2147483647 heads")]
    [InlineData("heads", "-3", "'heads' is '-3'; it must be a whole number, at least 0.")]
    [InlineData("transformer.norm.weight", null, "tensor 'transformer.norm.weight' is missing")]
    [InlineData("transformer.layers.1.linear1.weight", null, "tensor 'transformer.layers.1.linear1.weight' is missing")]
    [InlineData("transformer.layers.1.self_attn.in_proj_weight", null, "the Transformer of 1 layers has no weight 'transformer.layers.1.")]
    [InlineData("transformer.layers.0.norm1.weight", "1e20", "the weights of transformer layer 0 are so large")]
    [InlineData("transformer.layers.1.linear2.weight", "1e37", "the weights of transformer layer 1 are so large")]
    [InlineData("transformer.norm.weight", "1e37", "the weights of output are so large")]
    [InlineData("embedding.weight", "1e19", "the weights of transformer layer 0 are so large")]
    [InlineData("output.weight", null, null)]
    public void Load_TransformerWithABadPart_NamesTheProblem(string part, string? value, string? message)
    {
        using var file = new TemporaryFile();
        TestPolicies.Transformer(s_format).Save(file.Path);
        SafetensorsFile saved = SafetensorsFile.Read(file.Path);
        Dictionary<string, string> metadata = saved.Metadata.Where(entry => entry.Key != part).ToDictionary();
        if (part == "heads" && value is not null)
            metadata[part] = value;
        NamedTensor[] tensors =
        [
            .. from name in saved.Names
               where name != part || value is not null
               let values = saved.ReadSingle(name)
               select new NamedTensor(name, saved[name].Shape, name == part
                   ? [.. values.Select(_ => float.Parse(value!, System.Globalization.CultureInfo.InvariantCulture))] : values),
        ];

        SafetensorsWriter.Write(file.Path, tensors, metadata);

        // Without an output weight, the embedding is it.
        if (message is null)
            Assert.Equal(s_format, CompiledPolicy.Load(file.Path).Format);
        else
            Assert.Contains(message, AssertRefused(file.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_SavedTransformer_IsTheSame(bool isTied)
    {
        using var file = new TemporaryFile();
        CompiledPolicy policy = TestPolicies.Transformer(s_format, isTied: isTied);
        policy.Save(file.Path);

        CompiledPolicy loaded = CompiledPolicy.Load(file.Path);

        Assert.Equal((GeneratorNetwork.Transformer, 2, 12, 12, 3),
            (loaded.Network, loaded.Layers, loaded.EmbeddingSize, loaded.HiddenSize, loaded.Heads));
        Assert.Equal(new SequenceSampler(policy).Sample(50, new SamplingOptions { Seed = 0 }).Rows(),
            new SequenceSampler(loaded).Sample(50, new SamplingOptions { Seed = 0 }).Rows());
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1)]
    [InlineData(GeneratorNetwork.Gru, 3)]
    public void Load_SavedModel_IsTheSame(GeneratorNetwork cell, int layers)
    {
        using var file = new TemporaryFile();
        CompiledPolicy policy = Model(Tokenizer.Characters, cell, layers);
        policy.Save(file.Path);
        CompiledPolicy loaded = CompiledPolicy.Load(file.Path);
        Assert.Equal(s_format, loaded.Format);
        Assert.Equal((cell, layers, 5, 7), (loaded.Network, loaded.Layers, loaded.EmbeddingSize, loaded.HiddenSize));
        Assert.Equal(s_vocabulary.Tokens, loaded.Vocabulary!.Tokens);
        Assert.IsType<CharacterTokenizer>(loaded.Tokenizer);
        Assert.Equal(new SequenceSampler(policy).Sample(100, new SamplingOptions { Seed = 0 }).Rows(),
            new SequenceSampler(loaded).Sample(100, new SamplingOptions { Seed = 0 }).Rows());
        Assert.Equal(new SequenceSampler(policy).Generate(50, new SamplingOptions { Seed = 0 }, "é😀"),
            new SequenceSampler(loaded).Generate(50, new SamplingOptions { Seed = 0 }, "é😀"));

        byte[] first = File.ReadAllBytes(file.Path);
        loaded.Save(file.Path);
        Assert.Equal(first, File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void Load_Normalization_IsThatOfTheModelAndAbsentInOldFiles()
    {
        using var file = new TemporaryFile();
        Model(Tokenizer.Characters).Save(file.Path);
        CompiledPolicy old = CompiledPolicy.Load(file.Path);
        old.WithNormalizedText().Save(file.Path);
        CompiledPolicy normalizing = CompiledPolicy.Load(file.Path);

        Assert.Equal((false, true), (old.NormalizesText, normalizing.NormalizesText));
        Assert.True(normalizing.WithTrainingSequences(SequenceFingerprints.Of(default)).NormalizesText);
        var options = new SamplingOptions { Seed = 0 };
        Assert.Equal(new SequenceSampler(old).Generate(20, options, "a\u00e9"),
            new SequenceSampler(normalizing).Generate(20, options, "ae\u0301"));
        Assert.Throws<ArgumentException>(() => new SequenceSampler(old).Generate(1, options, "ae\u0301"));
    }

    [Fact]
    public void Load_Tokenizers_AreNamedOrPassed()
    {
        using var file = new TemporaryFile();
        Model(Tokenizer.Whitespace).Save(file.Path);
        Assert.IsType<WhitespaceTokenizer>(CompiledPolicy.Load(file.Path).Tokenizer);
        var own = new ReversingTokenizer();
        Assert.Same(own, CompiledPolicy.Load(file.Path, own).Tokenizer);
        Model(own).Save(file.Path);
        Assert.Null(CompiledPolicy.Load(file.Path).Tokenizer);
        CompiledPolicy loaded = CompiledPolicy.Load(file.Path, own);
        Assert.Equal(new SequenceSampler(Model(own)).Generate(20, new SamplingOptions { Seed = 0 }, "a\""),
            new SequenceSampler(loaded).Generate(20, new SamplingOptions { Seed = 0 }, "a\""));
    }

    [Fact]
    public void Load_NothingButIds_GivesIds()
    {
        using var file = new TemporaryFile();
        CompiledPolicy policy = TestPolicies.Create(new SequenceFormat(9, 4, startToken: 3));
        policy.Save(file.Path);
        CompiledPolicy loaded = CompiledPolicy.Load(file.Path);
        Assert.Equal(new SequenceFormat(9, 4, startToken: 3), loaded.Format);
        Assert.Null(loaded.Vocabulary);
        Assert.Equal(new SequenceSampler(policy).Generate(20, new SamplingOptions { Seed = 0 }),
            new SequenceSampler(loaded).Generate(20, new SamplingOptions { Seed = 0 }));
    }

    [Fact]
    public void FromWeights_PlainWeights_SamplesLikeTheirModel()
    {
        using var file = new TemporaryFile();
        PolicyWeights weights = TestPolicies.Weights(s_format, GeneratorNetwork.Gru, 2);
        SafetensorsWriter.Write(file.Path, weights.Tensors);
        CompiledPolicy policy = CompiledPolicy.FromWeights(file.Path, s_format, s_vocabulary, Tokenizer.Characters);
        Assert.Equal(new SequenceSampler(new CompiledPolicy(weights)).Sample(60, new SamplingOptions { Seed = 0 }).Rows(),
            new SequenceSampler(policy).Sample(60, new SamplingOptions { Seed = 0 }).Rows());
        Assert.Same(s_vocabulary, policy.Vocabulary);
        Assert.Contains("FromWeights", Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.Load(file.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.FromWeights(file.Path, new SequenceFormat(8, 6)));
        Assert.Throws<ArgumentNullException>("format", () => CompiledPolicy.FromWeights(file.Path, null!));
        var error = Assert.Throws<ArgumentException>(
            "vocabulary", () => CompiledPolicy.FromWeights(file.Path, s_format, new Vocabulary(["a"])));
        Assert.Contains("has 4 tokens, special ones included; the format or network has 7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2, "padding token is 2 and its end token 1.")]
    [InlineData(5, 0, "padding token is 0 and its end token 5.")]
    [InlineData(null, 0, "padding token is 0 and its end token absent.")]
    [InlineData(null, null, "padding token is absent and its end token absent.")]
    public void FromWeights_VocabularyWithOtherSpecialTokens_NamesBoth(int? end, int? padding, string message)
    {
        using var file = new TemporaryFile();
        var format = new SequenceFormat(7, 6, 0, end, padding);
        SafetensorsWriter.Write(file.Path, TestPolicies.Weights(format).Tensors);
        var error = Assert.Throws<ArgumentException>("vocabulary", () => CompiledPolicy.FromWeights(file.Path, format, s_vocabulary));
        Assert.Contains("A vocabulary's padding token is 0 and its end token 1; the format's " + message, error.Message,
            StringComparison.Ordinal);
        Assert.Equal(format, CompiledPolicy.FromWeights(file.Path, format).Format);
    }

    [Fact]
    public void PolicyWeights_VocabularyBeyondExactCounts_IsRefused()
    {
        var error = Assert.Throws<InvalidWeightsException>(
            () => new PolicyWeights("test", new SequenceFormat((1 << 24) + 1, 4), GeneratorNetwork.Lstm, []));
        Assert.Equal("test: the vocabulary has 16777217 tokens; at most 16777216 can be sampled from.", error.Message);
    }

    [Fact]
    public void Load_NoFile_ThrowsIOException() =>
        Assert.ThrowsAny<IOException>(() => CompiledPolicy.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))));

    [Fact]
    public void Load_CutOffAnywhere_Throws()
    {
        using var file = new TemporaryFile();
        byte[] bytes = Bytes();
        for (int length = 0; length < bytes.Length; length += length < 1200 ? 3 : 61)
        {
            File.WriteAllBytes(file.Path, bytes[..length]);
            AssertRefused(file.Path);
        }
    }

    [Theory]
    [MemberData(nameof(BadMetadata))]
    public void Load_BadMetadata_NamesTheProblem(string name, string? value, string message)
    {
        using var file = new TemporaryFile();
        (PolicyWeights weights, Dictionary<string, string> metadata) = Parts();
        metadata.Remove(name);
        if (value is not null)
            metadata[name] = value;
        SafetensorsWriter.Write(file.Path, weights.Tensors, metadata);
        Assert.Contains(message, AssertRefused(file.Path), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadTensors))]
    public void Load_BadTensor_NamesTheProblem(string name, string? newName, long[]? shape, float value, string message)
    {
        using var file = new TemporaryFile();
        (PolicyWeights weights, Dictionary<string, string> metadata) = Parts();
        var tensors = new List<NamedTensor>();
        foreach (NamedTensor tensor in weights.Tensors)
        {
            if (tensor.Name != name)
                tensors.Add(tensor);
            else if (newName is not null)
                tensors.Add(Changed(tensor, newName, shape, value));
        }

        SafetensorsWriter.Write(file.Path, tensors, metadata);
        Assert.Contains(message, AssertRefused(file.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"shape\":[7,5]", "\"shape\":[9,5]")]
    [InlineData("\"shape\":[7,5]", "\"shape\":[7000000000,5]")]
    [InlineData("\"shape\":[7,5]", "\"shape\":[2147483647,2147483647]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[7,5]", "\"dtype\":\"I32\",\"shape\":[7,5]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[7]", "\"dtype\":\"F64\",\"shape\":[7]")]
    [InlineData("\"data_offsets\":[0,140]", "\"data_offsets\":[0,14000000000]")]
    public void Load_HeaderThatLies_Throws(string old, string lie)
    {
        using var file = new TemporaryFile();
        byte[] bytes = Bytes();
        int headerLength = BitConverter.ToInt32(bytes);
        string header = Encoding.UTF8.GetString(bytes, 8, headerLength);
        Assert.Contains(old, header, StringComparison.Ordinal);
        File.WriteAllBytes(
            file.Path, SafetensorsBytes.File(header.Replace(old, lie, StringComparison.Ordinal), bytes[(8 + headerLength)..]));
        AssertRefused(file.Path);
    }

    [Fact]
    public void Load_RandomByteFlips_GivesAWorkingModelOrIsRefused()
    {
        byte[] valid = Bytes();
        int header = BitConverter.ToInt32(valid) + 8;
        Gen<int> place = Gen.OneOf(Gen.Int[0, valid.Length - 1], Gen.Int[0, header - 1]);
        Gen<byte> texture = Gen.OneOf(Gen.Byte, Gen.Char["0123456789\"[]{},:aeltF\\"].Select(character => (byte)character));
        Gen.Select(place, texture).Array[1, 4].Sample(
            flips =>
            {
                byte[] bytes = [.. valid];
                foreach ((int at, byte value) in flips)
                    bytes[at] = value;
                using var file = new TemporaryFile();
                File.WriteAllBytes(file.Path, bytes);
                LoadAndSampleOrRefuse(file.Path);
            },
            iter: 2000);
    }

    private static void LoadAndSampleOrRefuse(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        CompiledPolicy? policy = null;
        try
        {
            policy = CompiledPolicy.Load(path);
        }
        catch (InvalidWeightsException error)
        {
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        if (policy is null)
            return;
        int length = policy.Format.MaxLength, size = policy.Format.VocabularySize;
        foreach (int[] row in new SequenceSampler(policy, 1).Sample(3, new SamplingOptions { Seed = 0 }).Rows())
        {
            // Of a longest sequence of one token, nothing is left where it did not end.
            Assert.InRange(row.Length, Math.Min(1, policy.Format.MaxLengthWithoutEnd), length);
            Assert.All(row, token => Assert.InRange(token, 0, size - 1));
        }
    }

    private static string AssertRefused(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private static NamedTensor Changed(NamedTensor tensor, string name, long[]? shape, float value)
    {
        long[] dimensions = shape ?? [.. tensor.Shape];
        float[] values = new float[dimensions.Aggregate(1L, (size, dimension) => size * dimension)];
        if (values.Length > 0)
            Array.Fill(values, value);
        return new NamedTensor(name, dimensions, values);
    }

    private static CompiledPolicy Model(ITokenizer? tokenizer, GeneratorNetwork cell = GeneratorNetwork.Lstm, int layers = 2) =>
        new(TestPolicies.Weights(s_format, cell, layers), s_vocabulary, tokenizer);

    private static (PolicyWeights Weights, Dictionary<string, string> Metadata) Parts() => (TestPolicies.Weights(s_format, layers: 2), new()
    {
        ["seqgan.model"] = "1",
        ["max_length"] = "6",
        ["start_token"] = "0",
        ["end_token"] = "1",
        ["padding_token"] = "0",
        ["vocabulary"] = JsonSerializer.Serialize(s_vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount)),
        ["tokenizer"] = "characters",
    });

    private static byte[] Bytes()
    {
        using var file = new TemporaryFile();
        (PolicyWeights weights, Dictionary<string, string> metadata) = Parts();
        SafetensorsWriter.Write(file.Path, weights.Tensors, metadata);
        CompiledPolicy.Load(file.Path);
        return File.ReadAllBytes(file.Path);
    }

    private sealed class ReversingTokenizer : ITokenizer
    {
        public IEnumerable<string> Tokenize(string text) => text.Reverse().Select(character => character.ToString());

        public string Join(IEnumerable<string> tokens) => string.Concat(tokens.Reverse());
    }
}
