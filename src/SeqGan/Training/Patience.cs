namespace SeqGan.Training;

/// <summary>Counts how long a figure that should rise has not risen.</summary>
internal sealed class Patience(int limit, double minimumImprovement = 0)
{
    private double _best = double.NegativeInfinity;
    private int _waited;

    public bool IsExhausted => limit > 0 && _waited >= limit;

    public PatienceState State
    {
        get => new(_best, _waited);
        set => (_best, _waited) = (value.Best, value.Waited);
    }

    /// <summary>Takes note of a value; true if it is the best so far.</summary>
    public bool Observe(double value)
    {
        // The first finite value is an improvement, whatever the least one is.
        if (value > _best + minimumImprovement || (double.IsNegativeInfinity(_best) && double.IsFinite(value)))
        {
            (_best, _waited) = (value, 0);
            return true;
        }

        _waited++;
        return false;
    }
}

/// <summary>The best value that a <see cref="Patience"/> has seen, at first minus infinity, and how many since were not better.</summary>
internal readonly record struct PatienceState(double Best, int Waited)
{
    public static PatienceState Initial { get; } = new(double.NegativeInfinity, 0);
}
