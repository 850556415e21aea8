using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>How to make a corpus.</summary>
public sealed class CorpusOptions
{
    /// <summary>Cuts a text into tokens. The default value is <see cref="Text.Tokenizer.Characters"/>.</summary>
    [NotNullOption]
    public ITokenizer Tokenizer { get; set; } = Text.Tokenizer.Characters;

    /// <summary>
    /// Whether to bring texts, their labels and prefixes to composed letters (Unicode's NFC) before they are cut into tokens. Otherwise
    /// 'é' and 'e' with an accent after it, which look alike, are different tokens. A process in globalization-invariant mode cannot
    /// compose letters; a warning says so. The default value is true.
    /// </summary>
    public bool NormalizeText { get; set; } = true;

    /// <summary>
    /// The most tokens of a sequence, its end token aside; at least 1. The default value is null: the length of the longest sequence, if
    /// that is at most 128 or at most twice the 99th percentile of the lengths, otherwise that percentile or 128, whichever is more; at
    /// most 2000.
    /// </summary>
    [AllowedRange(1, int.MaxValue - 1)]
    public int? MaxLength { get; set; }

    /// <summary>
    /// Whether to cut longer sequences instead of leaving them out. A cut sequence has its first <see cref="MaxLength"/> tokens and no end
    /// token, so a model learns that sequences may continue. The default value is false.
    /// </summary>
    public bool TruncateLongSequences { get; set; }

    /// <summary>
    /// The most sequences to keep in memory; at least 1. From more sequences a uniform sample is kept, but the vocabulary counts all of
    /// them, so a file may be larger than memory. Duplicates are removed from the sample only. The default value is null: all are kept.
    /// </summary>
    [AllowedRange(1, int.MaxValue)]
    public int? MaximumSequences { get; set; }

    /// <summary>
    /// The vocabulary to use, for example a model's. The maximum length is then exactly <see cref="MaxLength"/>, if that is set, and
    /// <see cref="MinimumTokenCount"/> has no effect. The default value is null: the vocabulary is made from the data.
    /// </summary>
    public Vocabulary? Vocabulary { get; set; }

    /// <summary>How often a token must occur, in sequences of a valid length, to have its own id; at least 1, the default value.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int MinimumTokenCount { get; set; } = 1;

    /// <summary>
    /// Whether to leave out sequences with a token that is rarer than <see cref="MinimumTokenCount"/>, or missing from the given vocabulary
    /// or alphabet. Otherwise the unknown token replaces such tokens: a generator reads and learns it, and never generates it. The default
    /// value is false.
    /// </summary>
    public bool DropSequencesWithUnknownTokens { get; set; }

    /// <summary>
    /// Whether to keep only the first of equal sequences; sequences with different labels differ. The default value is false: how often a
    /// sequence occurs is part of the data, and a model learns it. All copies of a sequence are on the same side of the split.
    /// </summary>
    public bool RemoveDuplicates { get; set; }

    /// <summary>
    /// The share of the kept sequences, in [0, 1), that is set aside for measuring and never trained on. Above 0, at least one of two or
    /// more distinct sequences is held out, and at least one is left to train on. With labels, one of each label is left to train on, even
    /// if nothing can then be held out, which is a warning. A sequence whose copies are more than this share is left to train on; the share
    /// is then that of the others. The default value is null: a tenth, but at most 1,000 distinct sequences with all their copies.
    /// </summary>
    [AllowedRange(0.0, 1.0, MaximumIsExclusive = true)]
    public double? HeldOutFraction { get; set; }

    /// <summary>Determines which sequences are held out or sampled for <see cref="MaximumSequences"/>. The default value is 0.</summary>
    public ulong Seed { get; set; }
}

/// <summary>Checks <see cref="CorpusOptions"/> by their attributes; the source generator writes it.</summary>
[OptionsValidator]
internal sealed partial class CorpusOptionsValidator : IValidateOptions<CorpusOptions>
{
    public static void ThrowIfInvalid(CorpusOptions options)
    {
        ValidateOptionsResult result = new CorpusOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(CorpusOptions), typeof(CorpusOptions), result.Failures);
    }
}
