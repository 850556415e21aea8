namespace SeqGan;

/// <summary>Why a corpus left a sequence out.</summary>
public enum DropReason
{
    /// <summary>It has no token, or nothing but white space.</summary>
    Empty = 0,

    /// <summary>With its end token it has more tokens than <see cref="CorpusOptions.MaxLength"/>.</summary>
    TooLong = 1,

    /// <summary>The same tokens were kept before.</summary>
    Duplicate = 2,

    /// <summary>One of its tokens occurs fewer times than <see cref="CorpusOptions.MinimumTokenCount"/>.</summary>
    UnknownToken = 3,
}
