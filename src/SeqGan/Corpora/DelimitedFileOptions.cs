namespace SeqGan.Corpora;

/// <summary>How to read a file of delimited columns, such as CSV or TSV.</summary>
public sealed class DelimitedFileOptions
{
    /// <summary>
    /// The name of the column with each sequence's label, or in a file without a header its index; the first is 0. A sequence with an empty
    /// label is an error. The default value is null: sequences have no labels.
    /// </summary>
    public string? LabelColumn { get; set; }

    /// <summary>
    /// The ASCII character between two columns. The default value is null: a tab for a file name that ends in <c>.tsv</c> or <c>.tab</c>,
    /// otherwise a comma.
    /// </summary>
    public char? Delimiter { get; set; }

    /// <summary>The ASCII character around a value with delimiters or line ends; doubled in it. The default value is <c>"</c>.</summary>
    public char Quote { get; set; } = '"';

    /// <summary>Whether the first record has the columns' names. The default value is true; a column's name needs it.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>Whether to leave out and count (<see cref="DropReason.Invalid"/>) invalid records, not fail; false by default.</summary>
    public bool SkipInvalid { get; set; }
}
