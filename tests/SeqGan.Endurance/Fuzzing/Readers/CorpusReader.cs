namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of training data. The first byte of an input says how it is read.</summary>
internal abstract class CorpusReader : FuzzReader
{
    // Created once: what compiles a pattern is under test elsewhere.
    private static readonly ITokenizer[] s_tokenizers =
        [Tokenizer.Characters, Tokenizer.Words, Tokenizer.Whitespace, Tokenizer.Graphemes, Tokenizer.Regex("[a-z]+|[0-9]+"),
            Tokenizer.Alphabet(["a", "b", "text"])];

    // The longest text that is kept whole: far below what users can get, so that inputs of a useful speed have longer ones.
    private const int Limit = 100;

    public override IReadOnlyList<Mutation> Mutations { get; } = [.. TextMutations.All, .. TextMutations.All, .. JsonMutations.All];

    public override int Read(byte[] input)
    {
        byte choice = input.Length == 0 ? (byte)0 : input[0];
        var stream = new TrickleStream(input, Math.Min(1, input.Length), 1 + (choice % 61 * 3));
        var options = new CorpusOptions
        {
            Tokenizer = s_tokenizers[choice % s_tokenizers.Length],
            MaxLength = 12,
            TruncateLongSequences = (choice & 1) != 0,
            DropSequencesWithUnknownTokens = (choice & 2) != 0,
            MinimumTokenCount = (choice & 4) == 0 ? 1 : 2,
            RemoveDuplicates = (choice & 8) == 0,
            MaximumSequences = (choice & 16) == 0 ? null : 3,
        };
        CorpusFileOptions fileOptions = FileOptions(choice);
        fileOptions.ThrowIfInvalid();
        var files = new SourceFiles([() => SourceFile.Of(stream, NameOf(choice))], Source, fileOptions, Limit, CancellationToken.None);
        Corpus corpus = Corpus.FromTexts(files.Read(), options, CancellationToken.None, Source);
        _ = string.Concat(files.Descriptions);
        corpus.Format.ThrowIfInvalid(corpus.Training);
        corpus.Format.ThrowIfInvalid(corpus.HeldOut);
        corpus.Decode(corpus.Training);
        _ = corpus.Report.ToString();
        return (Magnitude(corpus.Training.Count) << 16) | (Magnitude(corpus.Format.VocabularySize) << 8) | corpus.Report.Warnings.Count;
    }

    public override bool IsRefusal(Exception error) => error is CorpusException;

    protected abstract CorpusFileOptions FileOptions(byte choice);

    /// <summary>The name of the file, by which it is told what it is.</summary>
    protected virtual string NameOf(byte choice) => Source;
}
