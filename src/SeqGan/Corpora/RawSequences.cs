namespace SeqGan;

/// <summary>Holds sequences of token ids against their format.</summary>
internal static class RawSequences
{
    /// <summary>The sequence without the padding that it may carry.</summary>
    public static int[] Check(ReadOnlySpan<int> tokens, SequenceFormat format, string name)
    {
        int length = format.LengthOf(tokens);
        for (int position = 0; position < length; position++)
        {
            int token = tokens[position];
            if ((uint)token >= (uint)format.VocabularySize)
                throw new CorpusException($"{name}, position {position}: the token {token} is outside the vocabulary, [0, {format.VocabularySize}).");
            if (token == format.PaddingToken)
                throw new CorpusException($"{name}, position {position}: {token} is the padding token, which may only stand after an end token ({Describe(format.EndToken)}).");
        }

        if (format.EndToken is null && length != format.MaxLength)
            throw new CorpusException($"{name} has {length} tokens; without an end token in the format each has exactly {format.MaxLength}.");
        if (length > format.MaxLength)
            throw new CorpusException($"{name} has {length} tokens, more than the format's maximum length of {format.MaxLength}; shorten it or raise the maximum.");
        if (format.EndToken is { } end && length < format.MaxLength && (length == 0 || tokens[length - 1] != end))
            throw new CorpusException($"{name} has {length} tokens and no end token ({end}); only one of the maximum length, {format.MaxLength}, may lack it.");
        ThrowIfNotPadding(tokens, length, format, name);
        return tokens[..length].ToArray();
    }

    private static void ThrowIfNotPadding(ReadOnlySpan<int> tokens, int length, SequenceFormat format, string name)
    {
        for (int position = length; position < tokens.Length; position++)
        {
            if (tokens[position] != format.PaddingToken)
                throw new CorpusException($"{name}, position {position}: the token {tokens[position]} stands after the end token; only the padding token ({Describe(format.PaddingToken)}) may.");
        }
    }

    private static string Describe(int? token) => token?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none in this format";
}
