namespace SeqGan;

/// <summary>One completion of a prefix.</summary>
/// <param name="Row">The sequence whose prefix is completed.</param>
/// <param name="PrefixLength">How many of its tokens are kept; in [0, its length].</param>
/// <param name="Sample">Which sample of this prefix; part of the random key.</param>
public readonly record struct Completion(int Row, int PrefixLength, int Sample);
