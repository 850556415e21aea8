using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>The format of a problem's sequences: the vocabulary's size, the maximum length, the special tokens and the labels.</summary>
/// <remarks>
/// Tokens are integers in [0, <see cref="VocabularySize"/>). With an <see cref="EndToken"/>, a sequence ends at its first end token, which
/// counts towards its length, so it has at most <see cref="MaxLengthWithoutEnd"/> others. A sequence of <see cref="MaxLength"/> tokens
/// without an end token did not end within that limit: its last token only says that it goes on. A generator learns from it; samples for
/// people leave it out. Without an end token in the format, every sequence has exactly <see cref="MaxLength"/> tokens. Immutable and
/// thread-safe.
/// </remarks>
public sealed record SequenceFormat
{
    /// <summary>The most labels that a format can have: 65,536.</summary>
    public const int MaximumLabelCount = 1 << 16;

    private const int NoRow = -1;

    /// <summary>Creates a format.</summary>
    /// <param name="vocabularySize">The number of tokens, special tokens included; at least 1.</param>
    /// <param name="maxLength">The longest sequence in tokens, the end token included; at least 1.</param>
    /// <param name="startToken">A generator's first input. It may be an ordinary token or the padding token.</param>
    /// <param name="endToken">The token that ends a sequence; null if all sequences have <paramref name="maxLength"/> tokens.</param>
    /// <param name="paddingToken">Fills a row after the end; never generated. Required with an end token, and different from it.</param>
    /// <param name="labelCount">The number of labels (conditions), which are in [0, labelCount); 0 if sequences have none.</param>
    /// <param name="unknownToken">Stands for every token that the vocabulary lacks; read, never generated. Null if there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size, a token or the number of labels is out of range.</exception>
    /// <exception cref="ArgumentException">The end, the padding and the unknown token contradict each other.</exception>
    public SequenceFormat(
        int vocabularySize, int maxLength, int startToken = 0, int? endToken = null, int? paddingToken = null, int labelCount = 0,
        int? unknownToken = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(labelCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labelCount, MaximumLabelCount);
        ThrowIfOutside(startToken, vocabularySize, nameof(startToken));
        ThrowIfOutside(endToken, vocabularySize, nameof(endToken));
        ThrowIfOutside(paddingToken, vocabularySize, nameof(paddingToken));
        ThrowIfOutside(unknownToken, vocabularySize, nameof(unknownToken));
        if (endToken is not null && paddingToken is null)
            throw new ArgumentException(
                $"With an end token ({endToken}) sequences differ in length: name the padding token too.", nameof(paddingToken));
        if (endToken is not null && paddingToken == endToken)
            throw new ArgumentException($"The padding and the end token are both {endToken}; they must differ.", nameof(paddingToken));
        if (paddingToken is not null && vocabularySize < 2)
            throw new ArgumentException(
                "Padding is never generated: with it, a vocabulary needs at least 2 tokens.", nameof(vocabularySize));
        if (unknownToken is not null && (unknownToken == endToken || unknownToken == paddingToken))
            throw new ArgumentException(
                $"The unknown and the {(unknownToken == endToken ? "end" : "padding")} token are both {unknownToken}; they must differ.",
                nameof(unknownToken));
        if (unknownToken is not null && vocabularySize < (paddingToken is null ? 2 : 3))
            throw new ArgumentException(
                $"Neither padding nor the unknown token is generated: a vocabulary of {vocabularySize} has nothing else.",
                nameof(vocabularySize));
        (VocabularySize, MaxLength, LabelCount) = (vocabularySize, maxLength, labelCount);
        (StartToken, EndToken, PaddingToken, UnknownToken) = (startToken, endToken, paddingToken, unknownToken);
    }

    /// <summary>The number of tokens, special tokens included.</summary>
    public int VocabularySize { get; }

    /// <summary>The longest sequence in tokens, the end token included.</summary>
    public int MaxLength { get; }

    /// <summary>
    /// The most tokens of a sequence, its end token aside: <see cref="MaxLength"/> - 1 with an <see cref="EndToken"/>, otherwise
    /// <see cref="MaxLength"/>.
    /// </summary>
    public int MaxLengthWithoutEnd => EndToken is null ? MaxLength : MaxLength - 1;

    /// <summary>A generator's first input.</summary>
    public int StartToken { get; }

    /// <summary>The token that ends a sequence, or null if all sequences have <see cref="MaxLength"/> tokens.</summary>
    public int? EndToken { get; }

    /// <summary>The token that fills a row after its sequence's end, or null if rows have no padding.</summary>
    public int? PaddingToken { get; }

    /// <summary>The number of labels (conditions); 0 if sequences have none. With labels, every sequence has one.</summary>
    public int LabelCount { get; }

    /// <summary>
    /// The token that stands for every token that the vocabulary lacks, or null if there is none. Data and prefixes may have it; generators
    /// read it, and never generate it.
    /// </summary>
    public int? UnknownToken { get; }

    /// <summary>Whether a generator may generate a token of the vocabulary: all but the padding and the unknown token.</summary>
    public bool CanGenerate(int token) => token != PaddingToken && token != UnknownToken;

    /// <summary>The length of the sequence in a row of tokens and padding: up to and with its first end token, or the whole row.</summary>
    public int LengthOf(ReadOnlySpan<int> row) => EndToken is { } end && row.IndexOf(end) is var index and >= 0 ? index + 1 : row.Length;

    /// <summary>Whether a sequence, without padding, is whole: it ends with the end token, or the format has none.</summary>
    public bool HasEnded(ReadOnlySpan<int> sequence) => EndToken is not { } end || (sequence is [.., var last] && last == end);

    /// <summary>Checks that every sequence of a batch is one of this format.</summary>
    /// <exception cref="ArgumentException">
    /// There are more columns than <see cref="MaxLength"/>; a length is outside [0, columns]; a token is outside the vocabulary, is the
    /// padding token, or is after the end token; or labels are missing, superfluous or out of range. The message gives row and value.
    /// </exception>
    public void ThrowIfInvalid(TokenBatch sequences, [CallerArgumentExpression(nameof(sequences))] string? parameterName = null)
    {
        if (sequences.Length > MaxLength)
            throw new ArgumentException(
                $"The batch has {sequences.Length} columns; a sequence has at most {MaxLength} tokens.", parameterName);
        ThrowIfInvalid(sequences.Labels.Span, sequences.Count, parameterName);
        ReadOnlySpan<int> tokens = sequences.Tokens.Span;
        for (int row = 0; row < sequences.Count; row++)
        {
            int length = sequences.LengthOf(row);
            if ((uint)length > (uint)sequences.Length)
                throw new ArgumentException(
                    $"Sequence {row} says that it has {length} tokens; a row of this batch holds 0 to {sequences.Length}.", parameterName);
            ThrowIfTokensInvalid(tokens.Slice(row * sequences.Length, length), row, parameterName);
        }
    }

    /// <summary>Checks that tokens, possibly none, are the beginning of a sequence of this format, or all of one.</summary>
    /// <exception cref="ArgumentException">They are not; the message gives position and value.</exception>
    public void ThrowIfInvalidPrefix(ReadOnlySpan<int> prefix, [CallerArgumentExpression(nameof(prefix))] string? parameterName = null)
    {
        if (prefix.Length > MaxLength)
            throw new ArgumentException($"The prefix has {prefix.Length} tokens; a sequence has at most {MaxLength}.", parameterName);
        ThrowIfTokensInvalid(prefix, NoRow, parameterName);
    }

    /// <summary>Checks that each sequence has a label in [0, <see cref="LabelCount"/>), or none if the format has no labels.</summary>
    /// <exception cref="ArgumentException">They are not; the message gives row and value.</exception>
    public void ThrowIfInvalid(ReadOnlySpan<int> labels, int count, string? parameterName)
    {
        int expected = LabelCount == 0 ? 0 : count;
        if (labels.Length != expected)
            throw new ArgumentException(
                LabelCount == 0
                    ? $"There are {labels.Length} labels, but the format has none."
                    : $"{count} sequences of a format with {LabelCount} labels need one label each; there are {labels.Length}.",
                parameterName);
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)LabelCount)
                throw new ArgumentException($"Sequence {row} has the label {labels[row]}; labels are in [0, {LabelCount}).", parameterName);
        }
    }

    private void ThrowIfTokensInvalid(ReadOnlySpan<int> sequence, int row, string? parameterName)
    {
        for (int position = 0; position < sequence.Length; position++)
        {
            if ((uint)sequence[position] >= (uint)VocabularySize)
                throw Invalid("token", sequence, position, $"; tokens are in [0, {VocabularySize}).");
            if (sequence[position] == PaddingToken)
                throw Invalid("the padding token", sequence, position, $", within its {sequence.Length} tokens.");
            if (position > 0 && sequence[position - 1] == EndToken)
                throw Invalid(
                    "token", sequence, position, $", after its end token {EndToken}: its length is {position}, not {sequence.Length}.");
        }

        ArgumentException Invalid(string kind, ReadOnlySpan<int> tokens, int at, string why) => new(
            $"{(row == NoRow ? "The prefix" : $"Sequence {row}")} has {kind} {tokens[at]} at position {at}{why}", parameterName);
    }

    private static void ThrowIfOutside(int? token, int vocabularySize, string name)
    {
        if (token < 0 || token >= vocabularySize)
            throw new ArgumentOutOfRangeException(name, token, $"A token must be in [0, {vocabularySize}).");
    }
}
