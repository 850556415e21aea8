namespace SeqGan.Reporting;

/// <summary>A point of a <see cref="ChartSeries"/>.</summary>
/// <param name="X">The position on the horizontal axis; a point that is not finite is left out.</param>
/// <param name="Y">The position on the vertical axis; a point that is not finite breaks the line.</param>
/// <param name="Label">A short text beside the point, such as a temperature; null for none.</param>
public readonly record struct ChartPoint(double X, double Y, string? Label = null)
{
    /// <summary>Half the height of the band around it; NaN for none.</summary>
    internal double Spread { get; init; } = double.NaN;

    /// <summary>Whether it is not joined to the point before it.</summary>
    internal bool IsBreak { get; init; }
}
