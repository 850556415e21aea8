namespace SeqGan;

/// <summary>What a network reads of a sequence: its tokens and padding, and before them its label as a token of its own behind the vocabulary.</summary>
internal static class DiscriminatorInput
{
    /// <summary>The format of what a network reads.</summary>
    public static SequenceFormat InputFormat(this SequenceFormat format) => format.LabelCount == 0
        ? format
        : new SequenceFormat(format.InputCount(), format.MaxLength + 1, format.StartToken, format.EndToken, format.PaddingToken);

    /// <summary>How many columns stand before the tokens.</summary>
    public static int LabelColumns(this SequenceFormat format) => format.LabelCount == 0 ? 0 : 1;
}
