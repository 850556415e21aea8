namespace SeqGan;

/// <summary>A point of a <see cref="ChartSeries"/>.</summary>
/// <param name="X">Where it stands on the horizontal axis; a point that is not finite is left out.</param>
/// <param name="Y">Where it stands on the vertical axis; at a point that is not finite the line is broken.</param>
/// <param name="Label">A short text beside the point, such as a temperature; or none.</param>
public readonly record struct ChartPoint(double X, double Y, string? Label = null);
