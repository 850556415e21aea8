namespace SeqGan;

/// <summary>A text that its tokenizer did not give back.</summary>
/// <param name="Number">Its line in the file, or its place in what was given; the first is 1.</param>
/// <param name="Text">The text around the first difference, at most some dozen characters.</param>
/// <param name="Decoded">What the tokens were joined to, around the same place.</param>
/// <param name="Position">Where in the whole text the first difference is, in UTF-16 units; the first is 0.</param>
public sealed record RoundTripFailure(int Number, string Text, string Decoded, int Position);
