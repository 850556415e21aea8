namespace SeqGan.Corpora;

/// <summary>A sequence on its way into a corpus.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Label">Its label; <see cref="NoLabel"/> if sequences have none.</param>
/// <param name="Number">Its line in the file, or its place in the input.</param>
internal readonly record struct LabelledSequence(int[] Tokens, int Label, int Number)
{
    public const int NoLabel = -1;

    /// <summary>Compares tokens and labels.</summary>
    public static IEqualityComparer<LabelledSequence> Comparer { get; } = EqualityComparer<LabelledSequence>.Create(
        (x, y) => x.Label == y.Label && SequenceComparer.Instance.Equals(x.Tokens, y.Tokens),
        sequence => HashCode.Combine(sequence.Label, SequenceComparer.Instance.GetHashCode(sequence.Tokens)));
}

/// <summary>Reads and writes rows with their labels.</summary>
internal static class LabelledRows
{
    /// <summary>The label of a row; <see cref="LabelledSequence.NoLabel"/> if the batch has none.</summary>
    public static int LabelOf(this TokenBatch batch, int row) => batch.Labels.IsEmpty ? LabelledSequence.NoLabel : batch.Labels.Span[row];

    public static void Set(this SequenceBuffer buffer, int row, ReadOnlySpan<int> tokens, int label)
    {
        buffer.Set(row, tokens);
        if (!buffer.Labels.IsEmpty)
            buffer.Labels[row] = label;
    }
}

/// <summary>A text on its way into a corpus.</summary>
/// <param name="Text">The text; for an invalid record, the record.</param>
/// <param name="Number">Its line in the file; 0 if its place in the input says enough.</param>
/// <param name="IsCut">Whether this is only the beginning of a line that is too long.</param>
/// <param name="Failure">What is wrong with an invalid record; otherwise null.</param>
/// <param name="Lines">How many lines of the file an invalid record has.</param>
/// <param name="Label">Its label; null if texts have none.</param>
/// <param name="NoLabel">Why it has no label although texts have labels, and what to do; otherwise null.</param>
/// <param name="Tokens">Its tokens if it is already cut, instead of a text.</param>
/// <param name="Group">Which sequence it is a part of; null for a whole one.</param>
/// <param name="Order">Where in that sequence it is; null for after the one before.</param>
internal readonly record struct SourceText(
    string Text, int Number = 0, bool IsCut = false, string? Failure = null, int Lines = 1, string? Label = null, string? NoLabel = null,
    IReadOnlyList<string>? Tokens = null, string? Group = null, string? Order = null)
{
    /// <summary>A text with the label that a caller gave.</summary>
    public static SourceText Of(string text, string? label) => string.IsNullOrWhiteSpace(label)
        ? new SourceText(text, NoLabel: "it is empty; give each sequence a label, or none of them")
        : new SourceText(text, Label: label);
}
