namespace SeqGan;

/// <summary>Marks the tokens that may follow a prefix.</summary>
/// <param name="prefix">The tokens before; fewer than the maximum length, and no end token among them.</param>
/// <param name="allowed">Nothing is allowed yet; the padding token stays forbidden whatever is marked.</param>
/// <remarks>Called from several threads at a time. What it marks must depend on the prefix alone.</remarks>
public delegate void TokenFilter(ReadOnlySpan<int> prefix, TokenMask allowed);
