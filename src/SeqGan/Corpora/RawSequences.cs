namespace SeqGan;

/// <summary>Checks sequences of token ids against their format.</summary>
internal static class RawSequences
{
    /// <summary>The sequence without its padding.</summary>
    public static int[] Check(ReadOnlySpan<int> tokens, SequenceFormat format, string name)
    {
        int length = format.LengthOf(tokens), maximum = format.MaxLength;
        for (int position = 0; position < length; position++)
        {
            int token = tokens[position];
            if ((uint)token >= (uint)format.VocabularySize)
                throw Invalid($", position {position}: the token {token} is outside the vocabulary, [0, {format.VocabularySize})");
            if (token == format.PaddingToken)
            {
                throw Invalid($", position {position}: {token} is the padding token, "
                    + $"which may only follow an end token ({Describe(format.EndToken)})");
            }
        }

        if (format.EndToken is null && length != maximum)
            throw Invalid($" has {length} tokens; without an end token in the format each has exactly {maximum}");
        if (length > maximum)
            throw Invalid($" has {length} tokens, more than the format's maximum length of {maximum}; shorten it or raise the maximum");
        if (format.EndToken is { } end && length < maximum && (length == 0 || tokens[length - 1] != end))
            throw Invalid($" has {length} tokens and no end token ({end}); only one of the maximum length, {maximum}, may lack it");
        for (int position = length; position < tokens.Length; position++)
        {
            if (tokens[position] != format.PaddingToken)
            {
                throw Invalid($", position {position}: the token {tokens[position]} follows the end token; "
                    + $"only the padding token ({Describe(format.PaddingToken)}) may");
            }
        }

        return tokens[..length].ToArray();

        CorpusException Invalid(string problem) => new($"{name}{problem}.");
    }

    private static string Describe(int? token) => token is { } id ? $"{id}" : "none in this format";
}
