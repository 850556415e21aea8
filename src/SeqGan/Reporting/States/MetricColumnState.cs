namespace SeqGan;

/// <summary>A column that was added to the table of metrics.</summary>
internal sealed record MetricColumnState(string Column, Dictionary<string, double> Values);
