namespace SeqGan;

/// <summary>The mean of a round's values; until the new round has one, the last round's.</summary>
internal sealed class RunningMean
{
    private double _sum;
    private int _count;
    private bool _isStale;

    public double? Value => _count == 0 ? null : _sum / _count;

    /// <summary>The mean of the present round's values alone.</summary>
    public double? RoundValue => _isStale ? null : Value;

    public RunningMeanState State
    {
        get => new(_sum, _count, _isStale);
        set => (_sum, _count, _isStale) = (value.Sum, value.Count, value.IsStale);
    }

    public void StartRound() => _isStale = true;

    /// <summary>Adds a value; NaN, which says that the figure is not known, changes nothing.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        if (_isStale)
            (_sum, _count, _isStale) = (0, 0, false);
        _sum += value;
        _count++;
    }
}
