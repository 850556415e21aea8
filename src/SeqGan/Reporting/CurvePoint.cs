namespace SeqGan;

/// <summary>A point to draw; <paramref name="Spread"/> is half the height of the band around it, NaN for none.</summary>
internal readonly record struct CurvePoint(double X, double Y, double Spread = double.NaN, string? Label = null);
