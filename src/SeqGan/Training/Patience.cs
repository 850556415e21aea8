namespace SeqGan;

/// <summary>Says when a figure that should rise has not risen for too long.</summary>
internal sealed class Patience(int limit)
{
    private double _best = double.NegativeInfinity;
    private int _waited;

    public bool IsExhausted => limit > 0 && _waited >= limit;

    public void Observe(double value)
    {
        if (value > _best)
            (_best, _waited) = (value, 0);
        else
            _waited++;
    }
}
