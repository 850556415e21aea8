namespace SeqGan;

/// <summary>How to read a file of delimited columns, such as CSV or TSV.</summary>
public sealed class DelimitedFileOptions
{
    /// <summary>
    /// The name of the column with each sequence's label, or in a file without a header its index, the first being 0. A sequence whose label is
    /// empty cannot be used. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelColumn { get; set; }

    /// <summary>
    /// What stands between two columns. The default value is null: a tab for a file whose name ends in <c>.tsv</c> or
    /// <c>.tab</c>, otherwise a comma. An ASCII character.
    /// </summary>
    public char? Delimiter { get; set; }

    /// <summary>What encloses a value that holds delimiters, line ends or this character twice. The default value is <c>"</c>. An ASCII character.</summary>
    public char Quote { get; set; } = '"';

    /// <summary>Whether the first record has the columns' names. The default value is true; a column's name needs it.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>
    /// Whether to leave out records that cannot be used and to count them as <see cref="DropReason.Invalid"/>, instead of
    /// stopping at the first. The default value is false.
    /// </summary>
    public bool SkipInvalid { get; set; }
}
