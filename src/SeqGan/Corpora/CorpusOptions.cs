namespace SeqGan;

/// <summary>How to make a corpus.</summary>
public sealed class CorpusOptions
{
    /// <summary>Cuts a text into tokens. The default value is a <see cref="CharacterTokenizer"/>.</summary>
    [NotNullOption]
    public ITokenizer Tokenizer { get; set; } = new CharacterTokenizer();

    /// <summary>The longest sequence in tokens, the end token included; at least 2. The default value is 32.</summary>
    [AllowedRange(2, int.MaxValue)]
    public int MaxLength { get; set; } = 32;

    /// <summary>What to do with longer sequences. The default value is <see cref="LongSequencePolicy.Drop"/>.</summary>
    [AllowedValuesOf(typeof(LongSequencePolicy))]
    public LongSequencePolicy LongSequences { get; set; }

    /// <summary>
    /// The most sequences to keep in memory; at least 1. Of more, a uniform sample is kept, while the vocabulary is counted
    /// over all of them, so that a file may be larger than memory. Duplicates are looked for among the sampled ones. The
    /// default value is null: all are kept.
    /// </summary>
    [AllowedRange(1, int.MaxValue)]
    public int? MaximumSequences { get; set; }

    /// <summary>
    /// The vocabulary to write the sequences in, for example a model's; a token that it lacks is treated as
    /// <see cref="RareTokens"/> says, <see cref="MinimumTokenCount"/> does not apply, and the format's maximum length is
    /// exactly <see cref="MaxLength"/>. The default value is null: the vocabulary is made of the data.
    /// </summary>
    public Vocabulary? Vocabulary { get; set; }

    /// <summary>How often a token must occur, in sequences that are neither empty nor too long, to have an id of its own; at least 1. The default value is 1.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int MinimumTokenCount { get; set; } = 1;

    /// <summary>What to do with rarer tokens, and those that a given vocabulary or alphabet lacks. The default value is <see cref="RareTokenPolicy.MapToUnknown"/>.</summary>
    [AllowedValuesOf(typeof(RareTokenPolicy))]
    public RareTokenPolicy RareTokens { get; set; }

    /// <summary>
    /// Whether to keep only the first of equal sequences, of those with labels the first of each label. Where copies are kept, all of them stand on the same side of the
    /// split. The default value is true.
    /// </summary>
    public bool RemoveDuplicates { get; set; } = true;

    /// <summary>
    /// The share of the kept sequences, in [0, 1), that is set aside for measuring and never trained on. Above 0, at least
    /// one of two or more distinct sequences is held out, and at least one is left to train on; with labels, one of each label is left, even
    /// if nothing can then be held out. The default value is 0.1.
    /// </summary>
    [AllowedRange(0.0, 1.0, MaximumIsExclusive = true)]
    public double HeldOutFraction { get; set; } = 0.1;

    /// <summary>Decides which sequences are held out, and which are sampled under <see cref="MaximumSequences"/>. The default value is 0.</summary>
    public ulong Seed { get; set; }
}
