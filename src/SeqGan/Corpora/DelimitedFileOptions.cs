namespace SeqGan.Corpora;

/// <summary>How to read a file of delimited columns, such as CSV or TSV.</summary>
public sealed class DelimitedFileOptions
{
    /// <summary>The column with the labels: its name, or without a header its index from 0. Null, the default: no labels.</summary>
    /// <remarks>A sequence with an empty label is an error.</remarks>
    public string? LabelColumn { get; set; }

    /// <summary>The ASCII character between columns. Null, the default: a tab for <c>.tsv</c> and <c>.tab</c>, otherwise a comma.</summary>
    public char? Delimiter { get; set; }

    /// <summary>The ASCII character around a value with delimiters or line ends; doubled in it. The default value is <c>"</c>.</summary>
    public char Quote { get; set; } = '"';

    /// <summary>Whether the first record has the columns' names. The default value is true; a column's name needs it.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>Whether to leave out and count (<see cref="DropReason.Invalid"/>) invalid records, not fail; false by default.</summary>
    public bool SkipInvalid { get; set; }
}
