namespace SeqGan;

/// <summary>A sequence that is cut into tokens already, and its label (condition).</summary>
/// <param name="Tokens">The tokens in order, none of them empty.</param>
/// <param name="Label">The label's name; not empty.</param>
public readonly record struct LabelledTokens(IReadOnlyList<string> Tokens, string Label);
