namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of training data. The first byte of an input says how it is read.</summary>
internal abstract class CorpusReader : FuzzReader
{
    // Created once: what compiles a pattern is under test elsewhere.
    private static readonly ITokenizer[] s_tokenizers =
        [new CharacterTokenizer(), new WordTokenizer(), new WhitespaceTokenizer(), new CharacterTokenizer(graphemes: true), new RegexTokenizer("[a-z]+|[0-9]+"), new AlphabetTokenizer(["a", "b", "text"])];

    public override IReadOnlyList<Mutation> Mutations { get; } = [.. TextMutations.All, .. TextMutations.All, .. JsonMutations.All];

    public override int Read(byte[] input)
    {
        byte choice = input.Length == 0 ? (byte)0 : input[0];
        var stream = new TrickleStream(input, Math.Min(1, input.Length), 1 + (choice % 61 * 3));
        var options = new CorpusOptions
        {
            Tokenizer = s_tokenizers[choice % s_tokenizers.Length],
            MaxLength = 12,
            LongSequences = (choice & 1) == 0 ? LongSequencePolicy.Drop : LongSequencePolicy.Truncate,
            RareTokens = (choice & 2) == 0 ? RareTokenPolicy.MapToUnknown : RareTokenPolicy.DropSequence,
            MinimumTokenCount = (choice & 4) == 0 ? 1 : 2,
            RemoveDuplicates = (choice & 8) == 0,
            MaximumSequences = (choice & 16) == 0 ? null : 3,
        };
        TextFile.CheckStart(stream, Source);
        Corpus corpus = Corpus.FromTexts(Texts(stream, choice, options.MaxLength), options, CancellationToken.None, Source);
        corpus.Format.ThrowIfInvalid(corpus.Training);
        corpus.Format.ThrowIfInvalid(corpus.HeldOut);
        corpus.Decode(corpus.Training);
        _ = corpus.Report.ToString();
        return (Magnitude(corpus.Training.Count) << 16) | (Magnitude(corpus.Format.VocabularySize) << 8) | corpus.Report.Warnings.Count;
    }

    public override bool IsRefusal(Exception error) => error is CorpusException;

    protected abstract IEnumerable<SourceText> Texts(Stream stream, byte choice, int maxLength);
}
