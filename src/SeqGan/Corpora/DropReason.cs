namespace SeqGan;

/// <summary>Why a corpus left a sequence out.</summary>
public enum DropReason
{
    /// <summary>It has no token, or nothing but white space.</summary>
    Empty = 0,

    /// <summary>With its end token it has more tokens than <see cref="CorpusOptions.MaxLength"/>.</summary>
    TooLong = 1,

    /// <summary>The same tokens were kept before, with the same label.</summary>
    Duplicate = 2,

    /// <summary>
    /// One of its tokens occurs fewer times than <see cref="CorpusOptions.MinimumTokenCount"/>, or is not in the vocabulary or
    /// the alphabet that was given.
    /// </summary>
    UnknownToken = 3,

    /// <summary>Its record in the file is broken, has no such column or property, or one that is no text, or no label where there is to be one.</summary>
    Invalid = 4,

    /// <summary>There were more sequences than <see cref="CorpusOptions.MaximumSequences"/>, and chance chose others. It has no examples.</summary>
    NotSampled = 5,
}
