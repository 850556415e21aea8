namespace SeqGan;

/// <summary>What a corpus's report warns of.</summary>
public enum CorpusWarningKind
{
    /// <summary>Fewer than 200 sequences are kept, or fewer than 64 to train on: a model learns them by heart.</summary>
    FewSequences = 0,

    /// <summary>More than a tenth of the sequences are longer than the maximum length, and were left out or cut.</summary>
    SequencesTooLong = 1,

    /// <summary>More than half of what was read was left out as empty, too long, invalid or with unknown tokens.</summary>
    MostLeftOut = 2,

    /// <summary>More than a tenth of the sequences are the same one.</summary>
    DominantSequence = 3,

    /// <summary>Held-out sequences are training sequences too, so that held-out figures look better than they are.</summary>
    SplitOverlap = 4,

    /// <summary>Most tokens of the vocabulary occur once: there is nothing to learn about them.</summary>
    SparseVocabulary = 5,

    /// <summary>More than a twentieth of the tokens are unknown.</summary>
    UnknownTokens = 6,

    /// <summary>The tokenizer does not give all texts back as they were.</summary>
    LossyTokenizer = 7,

    /// <summary>Records that were left out as invalid have several lines: a quote that is not closed may have taken good ones with it.</summary>
    BrokenRecords = 8,

    /// <summary>A label has fewer than 20 sequences to train on.</summary>
    RareLabels = 9,
}
