namespace SeqGan;

/// <summary>An example of what a corpus left out.</summary>
public sealed record DroppedSequence
{
    internal DroppedSequence(DropReason reason, int number, string text) =>
        (Reason, Number, Text) = (reason, number, text);

    /// <summary>Why.</summary>
    public DropReason Reason { get; }

    /// <summary>Its line in the file, or its place in what was given; the first is 1.</summary>
    public int Number { get; }

    /// <summary>The sequence, or a record that is no sequence; cut after some dozen characters.</summary>
    public string Text { get; }
}
