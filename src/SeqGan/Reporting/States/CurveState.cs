namespace SeqGan;

/// <summary>The state of a <see cref="Curve"/>.</summary>
/// <param name="Points">Its points, the latest included.</param>
/// <param name="IsLatestExtra">Whether the latest goes when the next one comes.</param>
/// <param name="Added">How many were added.</param>
/// <param name="Stride">Of how many one is kept.</param>
internal sealed record CurveState(PointsState Points, bool IsLatestExtra, long Added, long Stride);
