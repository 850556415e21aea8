namespace SeqGan;

/// <summary>The points of a line, member by member, for that is short.</summary>
/// <param name="X">Where they stand on the horizontal axis.</param>
/// <param name="Y">Where they stand on the vertical axis, one for each of <paramref name="X"/>.</param>
/// <param name="Spread">The bands, one for each of <paramref name="X"/>; null where none has one.</param>
/// <param name="Labels">The texts by the index of their point.</param>
/// <param name="Breaks">The indices of points that are not joined to the one before.</param>
internal sealed record PointsState(double[] X, double[] Y, double[]? Spread, Dictionary<int, string> Labels, int[] Breaks)
{
    public static PointsState Of(IReadOnlyList<CurvePoint> points) => new(
        [.. points.Select(point => point.X)],
        [.. points.Select(point => point.Y)],
        points.All(point => double.IsNaN(point.Spread)) ? null : [.. points.Select(point => point.Spread)],
        Indices(points, point => point.Label is not null).ToDictionary(i => i, i => points[i].Label!),
        [.. Indices(points, point => point.IsBreak)]);

    /// <exception cref="InvalidDataException">The members do not fit together.</exception>
    public CurvePoint[] ToPoints()
    {
        if (Y.Length != X.Length || (Spread is not null && Spread.Length != X.Length))
            throw new InvalidDataException($"A line of {X.Length} points has {Y.Length} values and {Spread?.Length ?? 0} bands.");
        HashSet<int> breaks = [.. Breaks];
        if (Labels.Keys.Concat(breaks).Any(i => i < 0 || i >= X.Length) || Labels.ContainsValue(null!))
            throw new InvalidDataException($"A line of {X.Length} points has a label or a break where it has no point.");
        return [.. X.Select((x, i) => new CurvePoint(x, Y[i], Spread?[i] ?? double.NaN, Labels.GetValueOrDefault(i), breaks.Contains(i)))];
    }

    private static IEnumerable<int> Indices(IReadOnlyList<CurvePoint> points, Predicate<CurvePoint> isMeant) =>
        Enumerable.Range(0, points.Count).Where(i => isMeant(points[i]));
}
