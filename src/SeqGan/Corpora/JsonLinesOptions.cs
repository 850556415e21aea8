namespace SeqGan;

/// <summary>How to read a file of JSON objects, one a line.</summary>
public sealed class JsonLinesOptions
{
    /// <summary>
    /// The property with each sequence's label; dots lead into nested objects. Its value is a string, a number, true or false. A sequence
    /// with a missing, null or empty label is an error. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelProperty { get; set; }

    /// <summary>
    /// Whether to leave invalid lines out and count them as <see cref="DropReason.Invalid"/>, instead of stopping at the first. The default
    /// value is false.
    /// </summary>
    public bool SkipInvalid { get; set; }
}
