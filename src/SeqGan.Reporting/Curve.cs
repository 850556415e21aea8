namespace SeqGan.Reporting;

/// <summary>The points of a figure over a run of any length, in bounded memory: if there are too many, every second one goes.</summary>
internal sealed class Curve
{
    public const int MaxPoints = 1000;

    // More than any run has; counters that stay below it do not overflow.
    private const long MaxStride = 1L << 40;

    private readonly List<ChartPoint> _points = [];
    private long _added, _stride = 1;
    private ChartPoint? _latest;

    /// <summary>The points that are kept, in order; the first and the latest are always among them.</summary>
    public IReadOnlyList<ChartPoint> Points => _latest is { } latest ? [.. _points, latest] : [.. _points];

    public CurveState Save() => new([.. Points], _latest is not null, _added, _stride);

    /// <exception cref="InvalidDataException">The state is not valid.</exception>
    public static Curve Restore(CurveState state)
    {
        ChartPoint[] points = state.Points;
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
        if (keep)
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
internal sealed record CurveState(ChartPoint[] Points, bool IsLatestExtra, long Added, long Stride);
