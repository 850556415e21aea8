namespace SeqGan;

/// <summary>A text and the label (condition) of the sequence that it is.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label's name; not empty.</param>
public readonly record struct LabelledText(string Text, string Label);
