namespace SeqGan.Corpora;

/// <summary>What a corpus's report warns of: something that makes training worse, although nothing forbids it.</summary>
public enum CorpusWarning
{
    /// <summary>Fewer than 200 different sequences are kept, or fewer than 64 to train on: a model memorises them.</summary>
    FewSequences = 0,

    /// <summary>More than a tenth of the sequences are longer than the maximum length and were left out or cut.</summary>
    SequencesTooLong = 1,

    /// <summary>More than half of the input was left out as empty, too long, invalid or with unknown tokens.</summary>
    MostLeftOut = 2,

    /// <summary>More than a tenth of the sequences are the same one.</summary>
    DominantSequence = 3,

    /// <summary>Held-out sequences are also training sequences, so held-out figures look better than they are.</summary>
    SplitOverlap = 4,

    /// <summary>Most tokens of the vocabulary occur once, and few are unknown: there is nothing to learn about them.</summary>
    SparseVocabulary = 5,

    /// <summary>More than a twentieth of the tokens are unknown.</summary>
    UnknownTokens = 6,

    /// <summary>The tokenizer changes some of the texts.</summary>
    LossyTokenizer = 7,

    /// <summary>Invalid records span several lines: an unclosed quote may have swallowed good records.</summary>
    BrokenRecords = 8,

    /// <summary>A label has fewer than 100 sequences to train on.</summary>
    RareLabels = 9,

    /// <summary>Fewer than half as many sequences are held out as asked for: labels are too rare, or all sequences are equal.</summary>
    TooFewHeldOut = 10,

    /// <summary>Labels differ only in case or in blanks around them.</summary>
    SimilarLabels = 11,

    /// <summary>
    /// Texts have composed and decomposed letters, which look alike and are different tokens; or marks that a process in
    /// globalization-invariant mode cannot compose.
    /// </summary>
    MixedNormalization = 12,

    /// <summary>The chosen maximum length is above 500, so that training takes long.</summary>
    LongSequences = 13,
}
