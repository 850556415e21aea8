namespace SeqGan;

/// <summary>How to read a file of JSON objects, one a line.</summary>
public sealed class JsonLinesOptions
{
    /// <summary>
    /// The property with each sequence's label, named as that of the sequences; its value is a string, a number or true or false. A sequence
    /// whose label is missing, null or empty cannot be used. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelProperty { get; set; }

    /// <summary>
    /// Whether to leave out lines that cannot be used and to count them as <see cref="DropReason.Invalid"/>, instead of
    /// stopping at the first. The default value is false.
    /// </summary>
    public bool SkipInvalid { get; set; }
}
