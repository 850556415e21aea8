namespace SeqGan.Corpora;

/// <summary>What a file of sequences is.</summary>
public enum FileFormat
{
    /// <summary>Text; each line is one sequence.</summary>
    Lines = 0,

    /// <summary>FASTA: a line that begins with <c>&gt;</c> names a sequence, and the lines after it hold the sequence.</summary>
    Fasta = 1,

    /// <summary>SMILES: each line begins with one. What follows it after a blank or a tab, such as a name, is left out.</summary>
    Smiles = 2,

    /// <summary>A table of delimited columns, such as CSV or TSV, in the format of RFC 4180.</summary>
    Delimited = 3,

    /// <summary>JSON Lines: one JSON object a line.</summary>
    JsonLines = 4,
}
