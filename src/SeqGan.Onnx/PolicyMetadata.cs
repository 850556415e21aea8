using System.Globalization;

namespace SeqGan.Onnx;

/// <summary>What a program without SeqGan needs to use a model; lists are JSON.</summary>
internal static class PolicyMetadata
{
    // Of the names below, and of the models' inputs and outputs.
    private const int Version = 1;

    public static void AddTo(OnnxGraph graph, CompiledPolicy policy)
    {
        SequenceFormat format = policy.Format;
        graph.Metadata("seqgan.onnx", Write(Version));
        graph.Metadata("vocabulary_size", Write(format.VocabularySize));
        graph.Metadata("max_length", Write(format.MaxLengthWithoutEnd));
        graph.Metadata("start_token", Write(format.StartToken));
        if (format.EndToken is { } end)
            graph.Metadata("end_token", Write(end));
        if (format.PaddingToken is { } padding)
            graph.Metadata("padding_token", Write(padding));
        if (format.UnknownToken is { } unknown)
            graph.Metadata("unknown_token", Write(unknown));
        if (policy.Vocabulary is { } vocabulary)
            graph.Metadata("vocabulary", JsonTokens.Write(vocabulary.Tokens));
        if (policy.Tokenizer is { } tokenizer && Tokenizer.Describe(tokenizer) is { } specification)
            graph.Metadata("tokenizer", specification);
        if (policy.NormalizesText)
            graph.Metadata("normalization", "NFC");
        if (policy.Labels is { } labels)
        {
            graph.Metadata("labels", JsonTokens.Write(labels.Names));
            graph.Metadata("label_counts", $"[{string.Join(',', labels.Counts.Select(Write))}]");
        }
    }

    private static string Write(int value) => Write((long)value);

    private static string Write(long value) => value.ToString(CultureInfo.InvariantCulture);
}
