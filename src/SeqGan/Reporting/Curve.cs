namespace SeqGan;

/// <summary>The points of a figure over a run of any length, in bounded memory: where there are too many, every second one goes.</summary>
internal sealed class Curve
{
    public const int MaxPoints = 1000;

    private readonly List<CurvePoint> _points = [];
    private long _added;
    private long _stride = 1;
    private CurvePoint? _latest;

    /// <summary>The points that are kept, in order; the first and the latest are always among them.</summary>
    public IReadOnlyList<CurvePoint> Points => _latest is { } latest ? [.. _points, latest] : [.. _points];

    public void Add(CurvePoint point)
    {
        // A break whose own point is left out must not be lost.
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

    // What stays stands at multiples of twice the stride, and so will what comes.
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
