namespace SeqGan;

/// <summary>Why a corpus left a sequence out.</summary>
public enum DropReason
{
    /// <summary>It has no token, or only white space.</summary>
    Empty = 0,

    /// <summary>With its end token it has more tokens than <see cref="CorpusOptions.MaxLength"/>.</summary>
    TooLong = 1,

    /// <summary>An earlier sequence has the same tokens and the same label.</summary>
    Duplicate = 2,

    /// <summary>
    /// One of its tokens occurs fewer times than <see cref="CorpusOptions.MinimumTokenCount"/>, or is missing from the given vocabulary or
    /// alphabet.
    /// </summary>
    UnknownToken = 3,

    /// <summary>
    /// Its record is broken, has no such column or property or one that is not text, or has no label although labels are read.
    /// </summary>
    Invalid = 4,

    /// <summary>
    /// There were more sequences than <see cref="CorpusOptions.MaximumSequences"/>, and it was not drawn. There are no examples of these.
    /// </summary>
    NotSampled = 5,
}
