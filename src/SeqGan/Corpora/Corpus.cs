using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SeqGan;

/// <summary>The sequences to learn from, some of them held out, with what turns text into them and back.</summary>
/// <remarks>
/// <para>
/// A corpus of text has a vocabulary. Its format's start and padding token is <see cref="Vocabulary.PaddingId"/>, its end
/// token <see cref="Vocabulary.EndId"/>, and its maximum length the option's, or that of the longest sequence where all are
/// shorter. The vocabulary is made of all kept sequences, held-out ones included, so that these can be measured; where it is
/// given, the maximum length is the option's.
/// </para>
/// <para>
/// With labels, every sequence has one: the first input of a generator, and something that the discriminator judges it by. Labels are numbered in
/// the ordinal order of their names. The same tokens with another label are another sequence, but no copies stand on both sides of the split.
/// </para>
/// <para>
/// Sequences keep the order in which they were read; shuffling is the trainer's. The same input, options and seed give the
/// same corpus. It owns the memory of its batches as long as it lives. Immutable and thread-safe.
/// </para>
/// </remarks>
public sealed partial class Corpus
{
    private readonly SequenceBuffer _training;
    private readonly SequenceBuffer _heldOut;
    private readonly RareTokenPolicy _rareTokens;

    private Corpus(SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, CorpusReport report)
    {
        _training = training;
        _heldOut = heldOut;
        Labels = labels;
        Report = report;
    }

    private Corpus(
        SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, CorpusReport report, Vocabulary vocabulary, ITokenizer tokenizer, RareTokenPolicy rareTokens)
        : this(training, heldOut, labels, report)
    {
        Vocabulary = vocabulary;
        Tokenizer = tokenizer;
        _rareTokens = rareTokens;
    }

    /// <summary>The format of the sequences.</summary>
    public SequenceFormat Format => _training.Format;

    /// <summary>The tokens and their ids, or null for a corpus of raw token ids.</summary>
    public Vocabulary? Vocabulary { get; }

    /// <summary>The token that stands for whatever the vocabulary lacks; null where there is none.</summary>
    internal int? UnknownToken => Vocabulary is null ? null : Vocabulary.UnknownId;

    /// <summary>What cuts text into tokens, or null for a corpus of raw token ids.</summary>
    public ITokenizer? Tokenizer { get; }

    /// <summary>The labels of the sequences, with how many training sequences have each; null where they have none. Of token ids, the names are the labels' numbers.</summary>
    public LabelSet? Labels { get; }

    /// <summary>The sequences to train on, [<see cref="CorpusReport.Training"/>, <see cref="SequenceFormat.MaxLength"/>]; at least one.</summary>
    public TokenBatch Training => _training.AsBatch();

    /// <summary>The sequences that are not trained on, [<see cref="CorpusReport.HeldOut"/>, <see cref="SequenceFormat.MaxLength"/>]; perhaps none.</summary>
    public TokenBatch HeldOut => _heldOut.AsBatch();

    /// <summary>What the corpus was made of, and what was left out and why.</summary>
    public CorpusReport Report { get; }

    /// <summary>The text of a sequence.</summary>
    /// <param name="sequence">Token ids; what stands from the first end token or padding token on is left out.</param>
    /// <returns>The joined tokens, or for a corpus without a vocabulary the ids with a space between them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> sequence)
    {
        int length = 0;
        while (length < sequence.Length && sequence[length] != Format.EndToken && sequence[length] != Format.PaddingToken)
            length++;
        int[] ids = sequence[..length].ToArray();
        return Vocabulary is null
            ? string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)))
            : Tokenizer!.Join(ids.Select(Vocabulary.GetToken));
    }

    /// <summary>The texts of the sequences of a batch.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public IReadOnlyList<string> Decode(TokenBatch sequences)
    {
        string[] texts = new string[sequences.Count];
        for (int row = 0; row < texts.Length; row++)
            texts[row] = Decode(sequences[row]);
        return texts;
    }

    /// <summary>Counts the sequences of this corpus, held-out ones too, that another corpus trains on.</summary>
    /// <param name="training">The corpus whose training sequences are looked at; this one is a test set, say.</param>
    /// <returns>The number of such sequences. Texts are compared where both corpora have a vocabulary, otherwise token ids.</returns>
    /// <exception cref="ArgumentException">One of the two has a vocabulary and the other has none.</exception>
    public int CountOverlap(Corpus training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (Vocabulary is null != training.Vocabulary is null)
            throw new ArgumentException("One corpus is of text and the other of token ids; make both in the same way.", nameof(training));
        if (Vocabulary is null)
        {
            HashSet<ReadOnlyMemory<int>> known = SequenceComparer.Distinct(training.Training);
            return new[] { Training, HeldOut }.Sum(batch => Enumerable.Range(0, batch.Count).Count(row => known.Contains(SequenceComparer.Sequence(batch, row))));
        }

        var texts = new HashSet<string>(training.Decode(training.Training), StringComparer.Ordinal);
        return Decode(Training).Concat(Decode(HeldOut)).Count(texts.Contains);
    }

    /// <summary>The sequence of a text: its tokens' ids and the end token.</summary>
    /// <param name="text">A text of at least one token.</param>
    /// <returns>
    /// At most <see cref="SequenceFormat.MaxLength"/> ids. A token that the vocabulary lacks becomes
    /// <see cref="Vocabulary.UnknownId"/>, unless the corpus drops sequences that have such tokens.
    /// </returns>
    /// <exception cref="ArgumentException">The text has no token or too many, or one that the vocabulary lacks where the corpus drops such sequences.</exception>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public int[] Encode(string text)
    {
        int[]? sequence = Encode(text, out string? failure);
        return sequence ?? throw new ArgumentException(failure, nameof(text));
    }

    /// <summary>The sequence of a text, if it has one; otherwise as <see cref="Encode(string)"/>.</summary>
    /// <param name="text">A text.</param>
    /// <param name="sequence">Its tokens' ids and the end token; null where the text does not fit the corpus.</param>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public bool TryEncode(string text, [NotNullWhen(true)] out int[]? sequence)
    {
        sequence = Encode(text, out _);
        return sequence is not null;
    }

    /// <summary>The tokens of a text that sequences are to begin with: as <see cref="Encode(string)"/>, without the end token.</summary>
    /// <param name="prefix">A text; there may be no token in it.</param>
    /// <exception cref="ArgumentException">The vocabulary lacks a token, or there are more than <see cref="SequenceFormat.MaxLength"/>.</exception>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public int[] EncodePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
            return [];
        if (Vocabulary is not { } vocabulary)
            throw new InvalidOperationException("This corpus is made of token ids and has no vocabulary to encode a text with.");
        int[] tokens =
        [
            .. Tokenizer!.Tokenize(prefix).Select(token =>
                vocabulary.TryGetId(token, out int id) ? id : throw new ArgumentException($"The vocabulary has no token '{token}'.", nameof(prefix))),
        ];
        Format.ThrowIfInvalidPrefix(tokens, nameof(prefix));
        return tokens;
    }

    /// <summary>The texts of generated sequences, with their labels where they have some.</summary>
    internal IReadOnlyList<string> Describe(TokenBatch sequences) => Labels is not { } labels || sequences.Labels.IsEmpty
        ? Decode(sequences)
        : [.. Decode(sequences).Select((text, row) => $"[{labels.Names[sequences.Labels.Span[row]]}] {text}")];

    private int[]? Encode(string text, out string? failure)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Vocabulary is null)
            throw new InvalidOperationException("This corpus is made of token ids and has no vocabulary to encode a text with.");
        var ids = new List<int>();
        failure = null;
        foreach (string token in Tokenizer!.Tokenize(text))
        {
            if (!Vocabulary.TryGetId(token, out int id))
            {
                if (_rareTokens == RareTokenPolicy.DropSequence)
                    failure = $"The vocabulary has no token '{token}'.";
                id = Vocabulary.UnknownId;
            }

            ids.Add(id);
            if (ids.Count == Format.MaxLength)
                failure = $"The text has more than {Format.MaxLength - 1} tokens; with its end token a sequence has at most {Format.MaxLength}.";
            if (failure is not null)
                return null;
        }

        if (ids.Count == 0)
            failure = "The text has no token.";
        return failure is null ? [.. ids, Vocabulary.EndId] : null;
    }
}
