namespace SeqGan;

/// <summary>What a corpus's report warns of: something that makes training worse, although nothing forbids it.</summary>
public enum CorpusWarning
{
    /// <summary>Fewer than 200 sequences are kept, or fewer than 64 to train on: a model memorises them.</summary>
    FewSequences = 0,

    /// <summary>More than a tenth of the sequences are longer than the maximum length and were left out or cut.</summary>
    SequencesTooLong = 1,

    /// <summary>More than half of the input was left out as empty, too long, invalid or with unknown tokens.</summary>
    MostLeftOut = 2,

    /// <summary>More than a tenth of the sequences are the same one.</summary>
    DominantSequence = 3,

    /// <summary>Held-out sequences are also training sequences, so held-out figures look better than they are.</summary>
    SplitOverlap = 4,

    /// <summary>Most tokens of the vocabulary occur once: there is nothing to learn about them.</summary>
    SparseVocabulary = 5,

    /// <summary>More than a twentieth of the tokens are unknown.</summary>
    UnknownTokens = 6,

    /// <summary>The tokenizer changes some of the texts.</summary>
    LossyTokenizer = 7,

    /// <summary>Invalid records span several lines: an unclosed quote may have swallowed good records.</summary>
    BrokenRecords = 8,

    /// <summary>A label has fewer than 20 sequences to train on.</summary>
    RareLabels = 9,
}
