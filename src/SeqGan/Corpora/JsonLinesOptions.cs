namespace SeqGan;

/// <summary>How to read a file of JSON objects, one a line.</summary>
public sealed class JsonLinesOptions
{
    /// <summary>
    /// Whether to leave out lines that cannot be used and to count them as <see cref="DropReason.Invalid"/>, instead of
    /// stopping at the first. The default value is false.
    /// </summary>
    public bool SkipInvalid { get; set; }
}
