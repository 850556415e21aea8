namespace SeqGan.Models;

/// <summary>A model file: safetensors with PyTorch's names and shapes, and everything else that a sampler needs in the metadata.</summary>
internal sealed class ModelFile(SafetensorsFile file, string path)
{
    // Readers of version 1 know no discriminator.
    private const int Version = 1, VersionWithDiscriminator = 2;
    private const string VersionName = "seqgan.model", MaxLengthName = "max_length", StartName = "start_token", EndName = "end_token";
    private const string PaddingName = "padding_token", UnknownName = "unknown_token", VocabularyName = "vocabulary",
        TokenizerName = "tokenizer";
    private const string TrainingSequencesName = "training_sequences", LabelsName = "labels", LabelCountsName = "label_counts";
    private const string NormalizationName = "normalization", ComposedForm = "NFC", HeadsName = "heads";
    private const string DiscriminatorPrefix = "discriminator.", GeneratorPrefix = DiscriminatorPrefix + "generator.",
        NetworkPrefix = DiscriminatorPrefix + "network.";

    public static void Save(string path, PolicyWeights weights, CompiledPolicy policy)
    {
        SequenceFormat format = policy.Format;
        Dictionary<string, string> metadata = DescribeNetwork(weights.Network, weights.Heads, format);
        metadata[VersionName] = Write(policy.HasDiscriminator ? VersionWithDiscriminator : Version);
        metadata[MaxLengthName] = Write(format.MaxLength);
        metadata[StartName] = Write(format.StartToken);
        if (format.EndToken is { } end)
            metadata[EndName] = Write(end);
        if (format.PaddingToken is { } padding)
            metadata[PaddingName] = Write(padding);

        // With a vocabulary, the unknown token is always the same.
        if (policy.Vocabulary is { } vocabulary)
            metadata[VocabularyName] = JsonTokens.Write(vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount));
        else if (format.UnknownToken is { } unknown)
            metadata[UnknownName] = Write(unknown);
        if (policy.Labels is { } labels)
        {
            metadata[LabelsName] = JsonTokens.Write(labels.Names);
            metadata[LabelCountsName] = string.Join(',', labels.Counts.Select(Write));
        }

        if (policy.Tokenizer is { } tokenizer && Tokenizer.Describe(tokenizer) is { } specification)
            metadata[TokenizerName] = specification;
        if (policy.NormalizesText)
            metadata[NormalizationName] = ComposedForm;
        if (policy.TrainingSequences is { } trainingSequences)
            metadata[TrainingSequencesName] = trainingSequences.ToBase64();
        SafetensorsWriter.Write(path, [.. weights.Tensors, .. TensorsOf(policy.Discriminator)], metadata);
    }

    private static IEnumerable<NamedTensor> TensorsOf(CompiledDiscriminator? discriminator) => discriminator is null ? [] :
    [
        .. discriminator.Tensors.Select(tensor => tensor with { Name = DiscriminatorPrefix + tensor.Name }),
        .. (discriminator.Network?.Policy.Weights.Tensors ?? []).Select(tensor => tensor with
        {
            Name = (discriminator.Network!.ReadsStart ? GeneratorPrefix : NetworkPrefix) + tensor.Name,
        }),
    ];

    /// <summary>What a file of weights says of a network beside its tensors: a Transformer's heads and positions.</summary>
    public static Dictionary<string, string> DescribeNetwork(GeneratorNetwork network, int heads, SequenceFormat format) =>
        network == GeneratorNetwork.Transformer
            ? new() { [HeadsName] = Write(heads), [MaxLengthName] = Write(format.MaxLength) }
            : [];

    public static PolicyWeights ReadWeights(SafetensorsFile file, string path, SequenceFormat format)
    {
        string[] names = [.. file.Names.Where(IsOfGenerator)];
        GeneratorNetwork network = PolicyWeights.Recognize(names) ?? throw new InvalidWeightsException(
            $"{path}: there is none of 'lstm.weight_ih_l0', 'gru.weight_ih_l0' and "
            + $"'{PolicyWeights.AttentionName("self_attn.in_proj_weight", 0)}': "
            + "the architecture is not a recurrent generator's or a Transformer's.");
        int heads = network == GeneratorNetwork.Transformer ? new ModelFile(file, path).ReadHeads(format) : 0;
        return new PolicyWeights(
            path, format, network, [.. names.Select(name => new NamedTensor(name, file[name].Shape, file.ReadSingle(name)))], heads);
    }

    /// <summary>Whether a tensor is the generator's rather than the discriminator's.</summary>
    public static bool IsOfGenerator(string name) => !name.StartsWith(DiscriminatorPrefix, StringComparison.Ordinal);

    // Null where the file has none.
    private CompiledDiscriminator? ReadDiscriminator(PolicyWeights policy)
    {
        ILookup<string, string> names = file.Names.Where(name => !IsOfGenerator(name)).ToLookup(PrefixOf);
        if (names.Count == 0)
            return null;
        if (names.Contains(GeneratorPrefix) && names.Contains(NetworkPrefix))
            throw Invalid($"there are tensors '{GeneratorPrefix}*' and '{NetworkPrefix}*'; a discriminator has one network.");
        StateSource? network = names.Contains(GeneratorPrefix) ? new(Network(GeneratorPrefix), ReadsStart: true)
            : names.Contains(NetworkPrefix) ? new(Network(NetworkPrefix), ReadsStart: false)
            : null;
        return new CompiledDiscriminator(network, policy, Read(DiscriminatorPrefix));

        CompiledPolicy Network(string prefix)
        {
            NamedTensor[] tensors = Read(prefix);
            GeneratorNetwork kind = PolicyWeights.Recognize([.. tensors.Select(tensor => tensor.Name)])
                ?? throw Invalid($"the tensors '{prefix}*' are not those of a network.");
            return new CompiledPolicy(
                new PolicyWeights(path, policy.Format, kind, tensors, kind == GeneratorNetwork.Transformer ? policy.Heads : 0));
        }

        NamedTensor[] Read(string prefix) =>
            [.. names[prefix].Select(name => new NamedTensor(name[prefix.Length..], file[name].Shape, file.ReadSingle(name)))];

        static string PrefixOf(string name) => Array.Find(
            [GeneratorPrefix, NetworkPrefix], prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? DiscriminatorPrefix;
    }

    /// <summary>A Transformer's heads.</summary>
    /// <exception cref="InvalidWeightsException">They are not named, or the format has more positions than the network.</exception>
    public int ReadHeads(SequenceFormat format)
    {
        int heads = ReadInteger(HeadsName), positions = ReadInteger(MaxLengthName);
        return positions >= format.MaxLength ? heads : throw Invalid(
            $"the Transformer learned {positions} positions; the format's sequences have up to {format.MaxLength}. "
            + "Use a format of at most as many.");
    }

    /// <summary>Reads a model; the path is for messages, and the tokenizer replaces the one that the file names.</summary>
    public CompiledPolicy Load(ITokenizer? tokenizer)
    {
        if (!file.Metadata.ContainsKey(VersionName))
            throw Invalid($"this is a safetensors file, but not a SeqGan model: its metadata have no '{VersionName}'. "
                + $"To read weights alone, use {nameof(CompiledPolicy)}.{nameof(CompiledPolicy.FromWeights)}.");
        if (ReadInteger(VersionName) is var version and not (Version or VersionWithDiscriminator))
            throw Invalid($"the model's version is {version}; this library reads versions {Version} and {VersionWithDiscriminator}."
                + (version > VersionWithDiscriminator ? " Upgrade SeqGan.Inference." : ""));
        long[] shape = file["embedding.weight"].Shape;
        if (shape is not [> 0 and <= int.MaxValue and var rows, _])
            throw Invalid($"tensor 'embedding.weight': shape [{string.Join(", ", shape)}] does not fit; it must be [vocabulary, size].");
        LabelSet? labels = ReadLabels();
        int labelCount = labels?.Count ?? 0;
        if (labelCount >= rows)
            throw Invalid($"there are {labelCount} labels, but 'embedding.weight' has {rows} rows, which must be more.");
        SequenceFormat format = ReadFormat((int)rows - labelCount, labelCount);
        bool normalizes = ReadNormalization();
        var policy = new CompiledPolicy(
            ReadWeights(file, path, format),
            ReadVocabulary(format),
            tokenizer ?? Read(TokenizerName, Tokenizer.Parse, "cannot be used"),
            Read(TrainingSequencesName, SequenceFingerprints.FromBase64, "is not a rising list of 64-bit numbers in base 64"),
            labels);
        return (normalizes ? policy.WithNormalizedText() : policy).WithDiscriminator(ReadDiscriminator(policy.Weights));
    }

    private bool ReadNormalization() => file.Metadata.TryGetValue(NormalizationName, out string? form)
        && (form == ComposedForm ? true : throw Invalid($"'{NormalizationName}' is '{form}'; it must be '{ComposedForm}', or absent."));

    private SequenceFormat ReadFormat(int vocabularySize, int labelCount)
    {
        // An upper bound, because a sampler's rows have this many columns.
        const int LongestSequence = 1 << 24;
        int maxLength = ReadInteger(MaxLengthName);
        if (maxLength is < 1 or > LongestSequence)
            throw Invalid($"'{MaxLengthName}' is {maxLength}; it must be from 1 to {LongestSequence}.");
        int start = ReadInteger(StartName);
        int? end = ReadOptional(EndName), padding = ReadOptional(PaddingName);
        try
        {
            return new SequenceFormat(vocabularySize, maxLength, start, end, padding, labelCount, ReadOptional(UnknownName));
        }
        catch (ArgumentException error)
        {
            throw Invalid($"the model's format contradicts itself: {error.Message}", error);
        }
    }

    private Vocabulary? ReadVocabulary(SequenceFormat format)
    {
        Vocabulary? vocabulary = Read(
            VocabularyName, text => new Vocabulary(JsonTokens.Read(text)), "is not a JSON array of distinct, non-empty strings");
        return vocabulary?.DescribeOther(format) is { } difference ? throw Invalid(difference) : vocabulary;
    }

    private LabelSet? ReadLabels()
    {
        return Read(LabelsName, ReadLabels,
            $"and '{LabelCountsName}' are not a JSON array of distinct, non-empty strings and a whole number for each");

        LabelSet ReadLabels(string names)
        {
            if (!file.Metadata.TryGetValue(LabelCountsName, out string? counts))
                throw Invalid($"the metadata have '{LabelsName}', but no '{LabelCountsName}'.");
            string[] list = JsonTokens.Read(names);
            return new LabelSet(list, counts.Split(',', list.Length + 1).Select(ReadCount));
        }

        static long ReadCount(string text, int index) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : throw new FormatException($"count {index} is not a whole number.");
    }

    private T? Read<T>(string name, Func<string, T> parse, string problem)
        where T : class
    {
        if (!file.Metadata.TryGetValue(name, out string? text))
            return null;
        try
        {
            return parse(text);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw Invalid($"'{name}' {problem}: {error.Message}", error);
        }
    }

    private static string Write(long value) => value.ToString(CultureInfo.InvariantCulture);

    private int? ReadOptional(string name) => file.Metadata.ContainsKey(name) ? ReadInteger(name) : null;

    private int ReadInteger(string name) =>
        !file.Metadata.TryGetValue(name, out string? text) ? throw Invalid($"the metadata have no '{name}'.")
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : throw Invalid($"'{name}' is '{text}'; it must be a whole number, at least 0.");

    private InvalidWeightsException Invalid(string problem, Exception? cause = null) => new($"{path}: {problem}", cause!);
}
