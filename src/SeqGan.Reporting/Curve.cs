namespace SeqGan.Reporting;

/// <summary>The points of a figure over a run of any length, in bounded memory: if there are too many, every second one goes.</summary>
internal sealed class Curve
{
    public const int MaxPoints = 1000;

    // More than any run has; counters that stay below it do not overflow.
    private const long MaxStride = 1L << 40;

    private readonly List<ChartPoint> _points = [];
    private long _added;
    private long _stride = 1;
    private ChartPoint? _latest;

    /// <summary>The points that are kept, in order; the first and the latest are always among them.</summary>
    public IReadOnlyList<ChartPoint> Points => _latest is { } latest ? [.. _points, latest] : [.. _points];

    public CurveState Save() => new(PointsState.Of(Points), _latest is not null, _added, _stride);

    /// <exception cref="InvalidDataException">The state is not valid.</exception>
    public static Curve Restore(CurveState state)
    {
        ChartPoint[] points = state.Points.ToPoints();
        int kept = points.Length - (state.IsLatestExtra ? 1 : 0);
        if (kept is < 1 or >= MaxPoints || state.Stride is < 1 or > MaxStride || !long.IsPow2(state.Stride)
            || state.Added < points.Length || state.Added > MaxStride * MaxPoints)
        {
            throw new InvalidDataException($"A curve of {points.Length} points, every {state.Stride}th of {state.Added}, is not valid.");
        }

        var curve = new Curve { _added = state.Added, _stride = state.Stride, _latest = state.IsLatestExtra ? points[^1] : null };
        curve._points.AddRange(points[..kept]);
        return curve;
    }

    public void Add(ChartPoint point)
    {
        // If a point with a break is left out, the next one takes its break.
        if (_latest is { IsBreak: true })
            point = point with { IsBreak = true };
        bool keep = _added++ % _stride == 0;
        _latest = keep ? null : point;
        if (!keep)
            return;
        _points.Add(point);
        if (_points.Count == MaxPoints)
            Thin();
    }

    // The points that stay are multiples of twice the stride, and so are later ones.
    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < _points.Count; i += 2)
            _points[kept++] = i > 0 && _points[i - 1].IsBreak ? _points[i] with { IsBreak = true } : _points[i];
        _latest = _points[^1];
        _points.RemoveRange(kept, _points.Count - kept);
        _stride *= 2;
    }
}

/// <summary>The state of a <see cref="Curve"/>: an extra latest point goes when the next one comes; one of each stride is kept.</summary>
internal sealed record CurveState(PointsState Points, bool IsLatestExtra, long Added, long Stride);

/// <summary>The points of a line, as one list for each member; labels by the index of their point, and the indices of breaks.</summary>
internal sealed record PointsState(double[] X, double[] Y, double[]? Spread, Dictionary<int, string> Labels, int[] Breaks)
{
    public static PointsState Of(IReadOnlyList<ChartPoint> points) => new(
        [.. points.Select(point => point.X)],
        [.. points.Select(point => point.Y)],
        points.All(point => double.IsNaN(point.Spread)) ? null : [.. points.Select(point => point.Spread)],
        points.Index().Where(entry => entry.Item.Label is not null).ToDictionary(entry => entry.Index, entry => entry.Item.Label!),
        [.. points.Index().Where(entry => entry.Item.IsBreak).Select(entry => entry.Index)]);

    /// <exception cref="InvalidDataException">The members do not fit together.</exception>
    public ChartPoint[] ToPoints()
    {
        if (Y.Length != X.Length || (Spread is not null && Spread.Length != X.Length))
            throw new InvalidDataException($"A line of {X.Length} points has {Y.Length} values and {Spread?.Length ?? 0} bands.");
        HashSet<int> breaks = [.. Breaks];
        if (Labels.Keys.Concat(breaks).Any(i => i < 0 || i >= X.Length) || Labels.ContainsValue(null!))
            throw new InvalidDataException($"A line of {X.Length} points has a label or a break without a point.");
        return [.. X.Select((x, i) => new ChartPoint(x, Y[i], Labels.GetValueOrDefault(i), Spread?[i] ?? double.NaN, breaks.Contains(i)))];
    }
}
