namespace SeqGan.Text;

/// <summary>
/// Tells a network a sequence's label: the first input is not the start token but the label's control code, an input of its own after the
/// vocabulary (Keskar, McCann, Varshney, Xiong, Socher 2019, "CTRL").
/// </summary>
internal static class ControlCodes
{
    /// <summary>The number of different inputs of a network: the tokens, and one for each label.</summary>
    public static int InputCount(this SequenceFormat format) => checked(format.VocabularySize + format.LabelCount);

    /// <summary>The input before the first token of a sequence; there is a label for each row, or none if the format has none.</summary>
    public static int StartInput(this SequenceFormat format, ReadOnlySpan<int> labels, int row) =>
        format.LabelCount == 0 ? format.StartToken : format.VocabularySize + labels[row];
}
