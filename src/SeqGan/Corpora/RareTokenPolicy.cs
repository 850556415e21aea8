namespace SeqGan;

/// <summary>What a corpus does with a token that occurs fewer times than its minimum count.</summary>
public enum RareTokenPolicy
{
    /// <summary>Replaces it by the unknown token, which a model then learns to generate.</summary>
    MapToUnknown = 0,

    /// <summary>Leaves out the sequence that has it, and counts it.</summary>
    DropSequence = 1,
}
