using System.Security.Cryptography;

namespace SeqGan.Building;

/// <summary>What a corpus is known by: a training is resumed on the same one only.</summary>
internal static class CorpusIdentity
{
    public static IReadOnlyDictionary<string, string> Of(Corpus corpus)
    {
        var identity = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Format"] = corpus.Format.ToString(),
            ["TrainingSequences"] = Describe(corpus.Training),
            ["HeldOutSequences"] = Describe(corpus.HeldOut),
        };
        if (corpus.Labels is { } labels)
            identity["Labels"] = NameChecksum.Of(labels.Names, "labels");
        if (corpus.Vocabulary is { } vocabulary)
            identity["Vocabulary"] = NameChecksum.Of(vocabulary.Tokens, "tokens");
        if (corpus.Tokenizer is { } tokenizer)
            identity["Tokenizer"] = Tokenizer.Describe(tokenizer) ?? tokenizer.GetType().FullName!;
        return identity;
    }

    // Lengths in between, so that no two lists have the same bytes.
    private static string Describe(TokenBatch sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int row = 0; row < sequences.Count; row++)
        {
            hash.AppendData(BitConverter.GetBytes(sequences.LengthOf(row)));
            hash.AppendData(MemoryMarshal.AsBytes(sequences[row]));
            if (!sequences.Labels.IsEmpty)
                hash.AppendData(BitConverter.GetBytes(sequences.Labels.Span[row]));
        }

        return NameChecksum.Describe(sequences.Count, "sequences", hash);
    }
}
