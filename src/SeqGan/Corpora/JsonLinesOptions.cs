namespace SeqGan.Corpora;

/// <summary>How to read a file of JSON objects, one a line.</summary>
public sealed class JsonLinesOptions
{
    /// <summary>
    /// The property with each sequence's label; dots lead into nested objects. Its value is a string, a number, true or false. A sequence
    /// with a missing, null or empty label is an error. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelProperty { get; set; }

    /// <summary>Whether to leave out and count (<see cref="DropReason.Invalid"/>) invalid lines, not fail; false by default.</summary>
    public bool SkipInvalid { get; set; }
}
