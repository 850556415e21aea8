using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>How to make a corpus.</summary>
public sealed class CorpusOptions
{
    /// <summary>Cuts a text into tokens. The default value is <see cref="Text.Tokenizer.Characters"/>.</summary>
    [NotNullOption]
    public ITokenizer Tokenizer { get; set; } = Text.Tokenizer.Characters;

    /// <summary>The longest sequence in tokens, the end token included; at least 2. The default value is 32.</summary>
    [AllowedRange(2, int.MaxValue)]
    public int MaxLength { get; set; } = 32;

    /// <summary>Whether to cut longer sequences instead of leaving them out. The default value is false.</summary>
    /// <remarks>A cut sequence has <see cref="MaxLength"/> tokens and no end token: a model learns that it may continue.</remarks>
    public bool TruncateLongSequences { get; set; }

    /// <summary>The most sequences to keep in memory; at least 1. The default value is null: all are kept.</summary>
    /// <remarks>From more, a uniform sample is kept; the vocabulary counts all. Duplicates are removed from the sample only.</remarks>
    [AllowedRange(1, int.MaxValue)]
    public int? MaximumSequences { get; set; }

    /// <summary>The vocabulary to use, for example a model's. The default value is null: it is made from the data.</summary>
    /// <remarks>The maximum length is then exactly <see cref="MaxLength"/>, and <see cref="MinimumTokenCount"/> has no effect.</remarks>
    public Vocabulary? Vocabulary { get; set; }

    /// <summary>How often a token must occur, in sequences of a valid length, to have its own id; at least 1, the default value.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int MinimumTokenCount { get; set; } = 1;

    /// <summary>Whether to leave out sequences with a token that the vocabulary or alphabet lacks. The default value is false.</summary>
    /// <remarks>Otherwise the unknown token replaces such tokens, and a model learns to generate it.</remarks>
    public bool DropSequencesWithUnknownTokens { get; set; }

    /// <summary>Whether to keep only the first of sequences with equal tokens and labels. The default value is true.</summary>
    /// <remarks>If copies are kept, all copies of a sequence are on the same side of the split.</remarks>
    public bool RemoveDuplicates { get; set; } = true;

    /// <summary>The share of the kept sequences, in [0, 1), that is held out for measuring. The default value is 0.1.</summary>
    /// <remarks>Above 0, at least one of several distinct sequences is held out; one, of each label, is always left to train on.</remarks>
    [AllowedRange(0.0, 1.0, MaximumIsExclusive = true)]
    public double HeldOutFraction { get; set; } = 0.1;

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
