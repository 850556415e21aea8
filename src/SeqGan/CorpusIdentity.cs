using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SeqGan;

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
        if (corpus.Vocabulary is { } vocabulary)
            identity["Vocabulary"] = Describe(vocabulary);
        if (corpus.Tokenizer is { } tokenizer)
            identity["Tokenizer"] = TokenizerSpecification.Describe(tokenizer) ?? tokenizer.GetType().FullName!;
        return identity;
    }

    // Lengths in between, so that no two lists of tokens have the same bytes.
    private static string Describe(Vocabulary vocabulary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string token in vocabulary.Tokens)
        {
            hash.AppendData(BitConverter.GetBytes(token.Length));
            hash.AppendData(MemoryMarshal.AsBytes(token.AsSpan()));
        }

        return Describe(vocabulary.Count, "tokens", hash);
    }

    private static string Describe(TokenBatch sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int row = 0; row < sequences.Count; row++)
        {
            hash.AppendData(BitConverter.GetBytes(sequences.LengthOf(row)));
            hash.AppendData(MemoryMarshal.AsBytes(sequences[row]));
        }

        return Describe(sequences.Count, "sequences", hash);
    }

    private static string Describe(int count, string what, IncrementalHash hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}, {Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8))}");
}
