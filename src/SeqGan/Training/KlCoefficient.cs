namespace SeqGan.Training;

/// <summary>The coefficient of the penalty on divergence, fixed or adapted to a target (Ziegler et al. 2019, section 2.2).</summary>
internal sealed class KlCoefficient(PolicyGradientOptions options, ILogger logger)
{
    // The paper's: the error is a fifth at most, and a tenth of it changes the coefficient.
    private const double LargestError = 0.2, Gain = 0.1;
    private const double Bound = 1_000;
    private const int PatienceAtBound = 3;

    // A step changes the coefficient by a fiftieth at most: a short phase ends long before a bound.
    private const double FarFromTarget = 2;

    private double? _adapted;
    private int _roundsAtBound;

    public double Value => options.KlTarget is null ? options.KlCoefficient : Clamp(_adapted ?? options.KlCoefficient);

    public KlState State
    {
        get => new(_adapted, _roundsAtBound);
        set => (_adapted, _roundsAtBound) = (value.Coefficient, value.RoundsAtBound);
    }

    public void Adapt(double kl)
    {
        if (options.KlTarget is { } target)
            _adapted = Clamp(Value * (1 + Gain * Math.Clamp(kl / target - 1, -LargestError, LargestError)));
    }

    /// <summary>Logs, once, that the coefficient has reached its bound.</summary>
    public void EndRound(int round)
    {
        bool isAtMost = Value >= options.KlCoefficient * Bound, isAtLeast = Value <= options.KlCoefficient / Bound;
        _roundsAtBound = options.KlTarget is not null && (isAtMost || isAtLeast) ? _roundsAtBound + 1 : 0;
        if (_roundsAtBound != PatienceAtBound)
            return;
        if (isAtMost)
            Log.KlStaysAbove(logger, round, options.KlTarget!.Value, Value);
        else
            Log.KlStaysBelow(logger, round, options.KlTarget!.Value, Value);
    }

    /// <summary>Logs a phase that ended far from the target; the divergence is null where it was not measured.</summary>
    public void EndPhase(double? kl)
    {
        if (options.KlTarget is { } target && kl is { } divergence
            && (divergence > target * FarFromTarget || divergence < target / FarFromTarget))
            Log.KlMissed(logger, divergence, target, Value);
    }

    private double Clamp(double coefficient) => Math.Clamp(coefficient, options.KlCoefficient / Bound, options.KlCoefficient * Bound);
}

/// <summary>What <see cref="KlCoefficient"/> holds; the coefficient is null where it is the option's.</summary>
internal sealed record KlState(double? Coefficient, int RoundsAtBound)
{
    public static KlState Initial { get; } = new(null, 0);
}
