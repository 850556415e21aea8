namespace SeqGan;

/// <summary>A point to draw.</summary>
/// <param name="X">Where it stands on the horizontal axis.</param>
/// <param name="Y">Where it stands on the vertical axis.</param>
/// <param name="Spread">Half the height of the band around it, NaN for none.</param>
/// <param name="Label">A text beside it.</param>
/// <param name="IsBreak">Whether it is not joined to the point before it.</param>
internal readonly record struct CurvePoint(double X, double Y, double Spread = double.NaN, string? Label = null, bool IsBreak = false);
