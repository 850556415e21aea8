namespace SeqGan;

/// <summary>A text on its way into a corpus.</summary>
/// <param name="Text">The text; of a record that cannot be used, the record.</param>
/// <param name="Number">Its line in the file; 0 where its place in the order of reading says enough.</param>
/// <param name="IsCut">Whether this is the beginning of a line that is too long to be read whole.</param>
/// <param name="Failure">Why the record cannot be used, or null.</param>
/// <param name="Lines">How many lines of the file a record that cannot be used has.</param>
/// <param name="Label">Its label; null where texts have none.</param>
/// <param name="NoLabel">Why it has no label where texts have one, and what to do; otherwise null.</param>
internal readonly record struct SourceText(
    string Text, int Number = 0, bool IsCut = false, string? Failure = null, int Lines = 1, string? Label = null, string? NoLabel = null)
{
    /// <summary>A text that a caller gave a label.</summary>
    public static SourceText Of(string text, string? label) => string.IsNullOrWhiteSpace(label)
        ? new SourceText(text, NoLabel: "it is empty; give each sequence a label, or none of them")
        : new SourceText(text, Label: label);
}
