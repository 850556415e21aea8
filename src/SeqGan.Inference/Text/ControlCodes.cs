namespace SeqGan.Text;

/// <summary>A label's control code is a network's first input, numbered after the vocabulary (Keskar et al. 2019, "CTRL").</summary>
internal static class ControlCodes
{
    /// <summary>The number of different inputs of a network: the tokens, and one for each label.</summary>
    public static int InputCount(this SequenceFormat format) => checked(format.VocabularySize + format.LabelCount);

    /// <summary>The input before the first token of a sequence; there is a label for each row, or none if the format has none.</summary>
    public static int StartInput(this SequenceFormat format, ReadOnlySpan<int> labels, int row) =>
        format.LabelCount == 0 ? format.StartToken : format.VocabularySize + labels[row];
}
