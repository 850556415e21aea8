namespace SeqGan;

/// <summary>Marks the tokens that may follow a prefix.</summary>
/// <param name="prefix">The tokens before; fewer than the maximum length, without an end token.</param>
/// <param name="allowed">Allows no token yet; the padding token stays forbidden in any case.</param>
/// <remarks>Several threads call it at once. The result must depend on the prefix alone.</remarks>
public delegate void TokenFilter(ReadOnlySpan<int> prefix, TokenMask allowed);
