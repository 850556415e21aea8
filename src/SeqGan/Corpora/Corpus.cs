using System.Diagnostics.CodeAnalysis;

namespace SeqGan;

/// <summary>The sequences to learn from, some of them held out, with the vocabulary and tokenizer that turn text into tokens.</summary>
/// <remarks>
/// <para>
/// A corpus of text has a vocabulary. The start and padding token of its format is <see cref="Vocabulary.PaddingId"/>, the end token
/// <see cref="Vocabulary.EndId"/>, the unknown token <see cref="Vocabulary.UnknownId"/>, and
/// <see cref="SequenceFormat.MaxLengthWithoutEnd"/> is the option's maximum length or the chosen one, or that of the longest sequence if
/// all are shorter. The vocabulary contains the tokens of all kept sequences, held-out ones included, so that these can be measured. With
/// a given vocabulary and a given maximum length, it is always the option's.
/// </para>
/// <para>
/// With labels, every sequence has one: a generator's first input, and something that the discriminator judges by. Labels are numbered in
/// the ordinal order of their names. The same tokens with another label are another sequence, but copies are never on both sides of the
/// split.
/// </para>
/// <para>
/// Every factory that takes <see cref="CorpusOptions"/> throws <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> if
/// options are out of range, and lists all failures; options that are null have the default values. Every factory that takes a token
/// throws <see cref="OperationCanceledException"/> when cancelled. A <see cref="CorpusException"/> says what is wrong, and where.
/// </para>
/// <para>
/// Sequences keep the order of the input; the trainer shuffles. The same input, options and seed give the same corpus. The memory of its
/// batches lives as long as the corpus. Immutable and thread-safe.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var options = new CorpusOptions { Tokenizer = Tokenizer.Words, MaxLength = 40 };
/// Corpus reviews = Corpus.FromFile("reviews.txt", options);
/// Console.WriteLine(reviews.Report); // what was kept, held out, left out and why
/// foreach (string review in reviews.Decode(reviews.HeldOut).Take(3))
///     Console.WriteLine(review);
/// </code>
/// </example>
public sealed partial class Corpus
{
    // Fewer sequences would be memorised.
    private const int FewestKnown = 32;

    private const string NoVocabulary = "This corpus is made of token ids and has no vocabulary to encode a text with.";

    private readonly SequenceBuffer _training;
    private readonly SequenceBuffer _heldOut;
    private readonly Lazy<TokenBatch> _knownTraining, _knownHeldOut;

    private Corpus(SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, CorpusReport report)
    {
        (_training, _heldOut, Labels, Report) = (training, heldOut, labels, report);
        (_knownTraining, _knownHeldOut) = (new(() => WithoutUnknown(training)), new(() => WithoutUnknown(heldOut)));
    }

    /// <summary>The format of the sequences.</summary>
    public SequenceFormat Format => _training.Format;

    /// <summary>The tokens and their ids, or null for a corpus of raw token ids.</summary>
    public Vocabulary? Vocabulary { get; private init; }

    /// <summary>Cuts text into tokens; null for a corpus of raw token ids.</summary>
    public ITokenizer? Tokenizer { get; private init; }

    /// <summary>Whether texts are brought to composed letters (NFC) first: <see cref="CorpusOptions.NormalizeText"/>.</summary>
    public bool NormalizesText { get; private init; }

    /// <summary>The labels and how many training sequences have each; null if there are none. Token ids have numbers as names.</summary>
    public LabelSet? Labels { get; }

    /// <summary>The sequences to train on, [Count, <see cref="SequenceFormat.MaxLength"/>]; at least one.</summary>
    public TokenBatch Training => _training.AsBatch();

    /// <summary>The sequences that are not trained on, [Count, <see cref="SequenceFormat.MaxLength"/>]; may be empty.</summary>
    public TokenBatch HeldOut => _heldOut.AsBatch();

    /// <summary>What the corpus was made from, what was left out and why.</summary>
    public CorpusReport Report { get; }

    /// <summary>
    /// The training sequences without an unknown token, which alone are like generated ones; all if hardly any has none.
    /// </summary>
    internal TokenBatch KnownTraining => _knownTraining.Value;

    /// <summary>The same of the held-out sequences.</summary>
    internal TokenBatch KnownHeldOut => _knownHeldOut.Value;

    private bool DropsUnknownTokens { get; init; }

    /// <summary>
    /// The text of a sequence of token ids, up to the first end token or padding token, and of no more than
    /// <see cref="SequenceFormat.MaxLengthWithoutEnd"/> tokens.
    /// </summary>
    /// <returns>The joined tokens, or without a vocabulary the ids with a space between them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> sequence)
    {
        int length = 0;
        while (length < sequence.Length && sequence[length] != Format.EndToken && sequence[length] != Format.PaddingToken)
            length++;
        int[] ids = sequence[..Math.Min(length, Format.MaxLengthWithoutEnd)].ToArray();
        return Vocabulary is null
            ? string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)))
            : Tokenizer!.Join(ids.Select(Vocabulary.GetToken));
    }

    /// <summary>The texts of the sequences of a batch, [Count, Length].</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public IReadOnlyList<string> Decode(TokenBatch sequences) =>
        [.. Enumerable.Range(0, sequences.Count).Select(row => Decode(sequences[row]))];

    /// <summary>
    /// Counts the sequences of this corpus, for example a test set, held-out ones included, that another corpus trains on. Compares texts
    /// if both corpora have a vocabulary, otherwise token ids.
    /// </summary>
    /// <exception cref="ArgumentException">One of the two has a vocabulary and the other has none.</exception>
    public int CountOverlap(Corpus training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (Vocabulary is null != training.Vocabulary is null)
            throw new ArgumentException("One corpus is of text and the other of token ids; make both in the same way.", nameof(training));
        if (Vocabulary is null)
        {
            HashSet<ReadOnlyMemory<int>> known = SequenceComparer.Distinct(training.Training);
            return new[] { Training, HeldOut }.Sum(
                batch => Enumerable.Range(0, batch.Count).Count(row => known.Contains(SequenceComparer.Sequence(batch, row))));
        }

        var texts = new HashSet<string>(training.Decode(training.Training), StringComparer.Ordinal);
        return Decode(Training).Concat(Decode(HeldOut)).Count(texts.Contains);
    }

    /// <summary>
    /// The sequence of a text: the ids of its tokens, from 1 to <see cref="SequenceFormat.MaxLengthWithoutEnd"/>, and the end token. A
    /// token that the vocabulary lacks becomes <see cref="Vocabulary.UnknownId"/>, unless the corpus drops sequences with such tokens.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The text has no token or too many, or an unknown one although the corpus drops such sequences.
    /// </exception>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public int[] Encode(string text) => Encode(text, out string? failure) ?? throw new ArgumentException(failure, nameof(text));

    /// <summary>The sequence of a text, or null if the text does not fit the corpus; see <see cref="Encode(string)"/>.</summary>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public bool TryEncode(string text, [NotNullWhen(true)] out int[]? sequence)
    {
        sequence = Encode(text, out _);
        return sequence is not null;
    }

    /// <summary>The tokens of a text, empty or not, that sequences shall begin with; without an end token.</summary>
    /// <exception cref="ArgumentException">The vocabulary lacks a token, or there are too many tokens.</exception>
    /// <exception cref="InvalidOperationException">The corpus has no vocabulary.</exception>
    public int[] EncodePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
            return [];
        if (Vocabulary is not { } vocabulary)
            throw new InvalidOperationException(NoVocabulary);
        int[] tokens = vocabulary.EncodePrefix(Normalize(prefix), Tokenizer!, nameof(prefix));
        Format.ThrowIfInvalidBeginning(tokens, nameof(prefix));
        return tokens;
    }

    /// <summary>The texts of generated sequences, with their labels if they have some.</summary>
    internal IReadOnlyList<string> Describe(TokenBatch sequences) => Labels is not { } labels || sequences.Labels.IsEmpty
        ? Decode(sequences)
        : [.. Decode(sequences).Select((text, row) => $"[{labels.Names[sequences.Labels.Span[row]]}] {text}")];

    private string Normalize(string text) => NormalizesText ? ComposedText.Of(text) : text;

    private static TokenBatch WithoutUnknown(SequenceBuffer sequences)
    {
        TokenBatch all = sequences.AsBatch();
        if (sequences.Format.UnknownToken is not { } unknown)
            return all;
        int[] kept = [.. Enumerable.Range(0, all.Count).Where(row => !all[row].Contains(unknown))];
        if (kept.Length < FewestKnown || kept.Length == all.Count)
            return all;
        var known = new SequenceBuffer(sequences.Format, kept.Length);
        for (int row = 0; row < kept.Length; row++)
            known.Set(row, all[kept[row]], all.LabelOf(kept[row]));
        return known.AsBatch();
    }

    private int[]? Encode(string text, out string? failure)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Vocabulary is null)
            throw new InvalidOperationException(NoVocabulary);
        var ids = new List<int>();
        failure = null;
        foreach (string token in Tokenizer!.Tokenize(Normalize(text)))
        {
            if (!Vocabulary.TryGetId(token, out int id))
            {
                if (DropsUnknownTokens)
                    failure = $"The vocabulary has no token '{token}'.";
                id = Vocabulary.UnknownId;
            }

            ids.Add(id);
            if (ids.Count == Format.MaxLength)
                failure = $"The text has too many tokens; a sequence has at most {Format.MaxLengthWithoutEnd}.";
            if (failure is not null)
                return null;
        }

        if (ids.Count == 0)
            failure = "The text has no token.";
        return failure is null ? [.. ids, Vocabulary.EndId] : null;
    }
}
