using System.Globalization;
using System.Text.Json;

namespace SeqGan;

/// <summary>A model file: a safetensors file with PyTorch's names and shapes, and what a sampler needs besides in its metadata.</summary>
internal static class ModelFile
{
    private const int Version = 1;
    private const string VersionName = "seqgan.model", MaxLengthName = "max_length", StartName = "start_token", EndName = "end_token";
    private const string PaddingName = "padding_token", VocabularyName = "vocabulary", TokenizerName = "tokenizer";
    private const string TrainingSequencesName = "training_sequences", LabelsName = "labels", LabelCountsName = "label_counts";

    public static void Save(string path, PolicyWeights weights, CompiledPolicy policy)
    {
        (Vocabulary? vocabulary, ITokenizer? tokenizer) = (policy.Vocabulary, policy.Tokenizer);
        SequenceFormat format = weights.Format;
        var metadata = new Dictionary<string, string>
        {
            [VersionName] = Write(Version),
            [MaxLengthName] = Write(format.MaxLength),
            [StartName] = Write(format.StartToken),
        };
        if (format.EndToken is { } end)
            metadata[EndName] = Write(end);
        if (format.PaddingToken is { } padding)
            metadata[PaddingName] = Write(padding);
        if (vocabulary is not null)
            metadata[VocabularyName] = JsonTokens.Write(vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount));
        if (policy.Labels is { } labels)
        {
            metadata[LabelsName] = JsonTokens.Write(labels.Names);
            metadata[LabelCountsName] = string.Join(',', labels.Counts.Select(count => count.ToString(CultureInfo.InvariantCulture)));
        }

        if (tokenizer is not null && TokenizerSpecification.Describe(tokenizer) is { } specification)
            metadata[TokenizerName] = specification;
        if (policy.TrainingSequences is { } trainingSequences)
            metadata[TrainingSequencesName] = trainingSequences.ToBase64();
        SafetensorsFile.Write(path, weights.Tensors, metadata);
    }

    public static CompiledPolicy Load(string path, ITokenizer? tokenizer) => Load(SafetensorsFile.Read(path), path, tokenizer);

    /// <param name="file">What the file holds.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="tokenizer">Takes the place of the one that the file names, if any.</param>
    public static CompiledPolicy Load(SafetensorsFile file, string path, ITokenizer? tokenizer)
    {
        if (!file.Metadata.ContainsKey(VersionName))
            throw new InvalidWeightsException($"{path}: this is a safetensors file, but not a SeqGan model: its metadata have no '{VersionName}'. Weights alone are read by {nameof(CompiledPolicy)}.{nameof(CompiledPolicy.FromWeights)}, which is told the format.");
        if (ReadInteger(file, path, VersionName) is var version and not Version)
            throw new InvalidWeightsException($"{path}: the model's version is {version}; this library reads version {Version}.{(version > Version ? " Upgrade SeqGan.Inference." : "")}");
        long[] shape = file["embedding.weight"].Shape;
        if (shape is not [> 0 and <= int.MaxValue and var size, _])
            throw new InvalidWeightsException($"{path}: tensor 'embedding.weight': shape [{string.Join(", ", shape)}] does not fit; it must be [vocabulary, size].");
        LabelSet? labels = ReadLabels(file, path);
        int labelCount = labels?.Count ?? 0;
        if (labelCount >= size)
            throw new InvalidWeightsException($"{path}: there are {labelCount} labels, but 'embedding.weight' has {size} rows, which must be more: the vocabulary's, and one for each label.");
        SequenceFormat format = ReadFormat(file, path, (int)size - labelCount, labelCount);
        return new CompiledPolicy(
            ReadWeights(file, path, format), ReadVocabulary(file, path, format), tokenizer ?? ReadTokenizer(file, path), ReadTrainingSequences(file, path), labels);
    }

    public static PolicyWeights ReadWeights(SafetensorsFile file, string path, SequenceFormat format)
    {
        RecurrentCell cell = file.Contains("gru.weight_ih_l0") ? RecurrentCell.Gru : RecurrentCell.Lstm;
        if (!file.Contains($"{PolicyWeights.Prefix(cell)}.weight_ih_l0"))
            throw new InvalidWeightsException($"{path}: there is neither 'lstm.weight_ih_l0' nor 'gru.weight_ih_l0': this is another architecture than a recurrent generator's.");
        return new PolicyWeights(path, format, cell, [.. file.Names.Select(name => new NamedTensor(name, file[name].Shape, file.ReadSingle(name)))]);
    }

    private static SequenceFormat ReadFormat(SafetensorsFile file, string path, int vocabularySize, int labelCount)
    {
        // An upper bound, since a sampler's rows have this many columns.
        const int LongestSequence = 1 << 24;
        int maxLength = ReadInteger(file, path, MaxLengthName);
        if (maxLength is < 1 or > LongestSequence)
            throw new InvalidWeightsException($"{path}: '{MaxLengthName}' is {maxLength}; it must be from 1 to {LongestSequence}.");
        try
        {
            return new SequenceFormat(vocabularySize, maxLength, ReadInteger(file, path, StartName), ReadOptional(file, path, EndName), ReadOptional(file, path, PaddingName), labelCount);
        }
        catch (ArgumentException error)
        {
            throw new InvalidWeightsException($"{path}: the model's format contradicts itself: {error.Message}", error);
        }
    }

    private static Vocabulary? ReadVocabulary(SafetensorsFile file, string path, SequenceFormat format)
    {
        if (!file.Metadata.TryGetValue(VocabularyName, out string? text))
            return null;
        Vocabulary vocabulary;
        try
        {
            vocabulary = new Vocabulary(JsonTokens.Read(text));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidWeightsException($"{path}: '{VocabularyName}' is not a JSON array of distinct, non-empty strings: {error.Message}", error);
        }

        if (vocabulary.Count != format.VocabularySize)
            throw new InvalidWeightsException($"{path}: the vocabulary has {vocabulary.Count} tokens, the special ones included; the network's has {format.VocabularySize}.");
        return CompiledPolicy.DescribeOtherSpecialTokens(format) is { } difference
            ? throw new InvalidWeightsException($"{path}: {difference}")
            : vocabulary;
    }

    private static LabelSet? ReadLabels(SafetensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(LabelsName, out string? names))
            return null;
        if (!file.Metadata.TryGetValue(LabelCountsName, out string? counts))
            throw new InvalidWeightsException($"{path}: the metadata have '{LabelsName}', but no '{LabelCountsName}'.");
        try
        {
            List<string> list = JsonTokens.Read(names);
            string[] numbers = counts.Split(',', list.Count + 1);
            return new LabelSet(list, numbers.Select((text, index) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : throw new FormatException($"count {index} is no whole number.")));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidWeightsException($"{path}: '{LabelsName}' and '{LabelCountsName}' are not a JSON array of distinct, non-empty strings and a whole number for each: {error.Message}", error);
        }
    }

    private static ITokenizer? ReadTokenizer(SafetensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(TokenizerName, out string? specification))
            return null;
        try
        {
            return TokenizerSpecification.Parse(specification);
        }
        catch (ArgumentException error)
        {
            throw new InvalidWeightsException($"{path}: '{TokenizerName}' cannot be used: {error.Message}", error);
        }
    }

    private static SequenceFingerprints? ReadTrainingSequences(SafetensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(TrainingSequencesName, out string? text))
            return null;
        try
        {
            return SequenceFingerprints.FromBase64(text);
        }
        catch (FormatException error)
        {
            throw new InvalidWeightsException($"{path}: '{TrainingSequencesName}' is not a rising list of 64-bit numbers in base 64: {error.Message}", error);
        }
    }

    private static string Write(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int? ReadOptional(SafetensorsFile file, string path, string name) =>
        file.Metadata.ContainsKey(name) ? ReadInteger(file, path, name) : null;

    private static int ReadInteger(SafetensorsFile file, string path, string name) =>
        !file.Metadata.TryGetValue(name, out string? text)
            ? throw new InvalidWeightsException($"{path}: the metadata have no '{name}'.")
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                ? value
                : throw new InvalidWeightsException($"{path}: '{name}' is '{text}'; it must be a whole number, at least 0.");
}
