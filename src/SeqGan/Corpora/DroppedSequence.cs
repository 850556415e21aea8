namespace SeqGan;

/// <summary>An example of what a corpus left out.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Number">Its line in the file, or its place in what was given; the first is 1.</param>
/// <param name="Text">The sequence, or a record that is no sequence; cut after some dozen characters.</param>
public sealed record DroppedSequence(DropReason Reason, int Number, string Text);
