namespace SeqGan;

/// <summary>What <see cref="KlCoefficient"/> holds.</summary>
/// <param name="Coefficient">The coefficient; null where it is the option's.</param>
/// <param name="RoundsAtBound">The rounds in a row at whose end the coefficient was at a bound.</param>
internal sealed record KlState(double? Coefficient, int RoundsAtBound)
{
    public static KlState Initial { get; } = new(null, 0);
}
