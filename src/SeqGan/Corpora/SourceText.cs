namespace SeqGan;

/// <summary>A text on its way into a corpus.</summary>
/// <param name="Text">The text; of a record that cannot be used, the record.</param>
/// <param name="Number">Its line in the file; 0 where its place in the order of reading says enough.</param>
/// <param name="IsCut">Whether this is the beginning of a line that is too long to be read whole.</param>
/// <param name="Failure">Why the record cannot be used, or null.</param>
/// <param name="Lines">How many lines of the file a record that cannot be used has.</param>
internal readonly record struct SourceText(string Text, int Number = 0, bool IsCut = false, string? Failure = null, int Lines = 1);
