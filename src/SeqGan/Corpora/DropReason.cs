namespace SeqGan.Corpora;

/// <summary>Why a corpus left a sequence out.</summary>
public enum DropReason
{
    /// <summary>It has no token, or only white space.</summary>
    Empty = 0,

    /// <summary>With its end token it has more tokens than <see cref="CorpusOptions.MaxLength"/>.</summary>
    TooLong = 1,

    /// <summary>An earlier sequence has the same tokens and the same label.</summary>
    Duplicate = 2,

    /// <summary>A token is rarer than <see cref="CorpusOptions.MinimumTokenCount"/>, or not in the given vocabulary or alphabet.</summary>
    UnknownToken = 3,

    /// <summary>Its record is broken, or has no such column or property, or one that is not text, or no label if labels are read.</summary>
    Invalid = 4,

    /// <summary>There were more than <see cref="CorpusOptions.MaximumSequences"/>; it was not drawn. There are no examples.</summary>
    NotSampled = 5,
}
