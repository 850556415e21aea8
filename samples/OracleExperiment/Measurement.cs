namespace OracleExperiment;

/// <summary>Both figures of a generator, in nats a token: the quality of what it generates and how well it covers the data.</summary>
internal sealed record Measurement(double NllOracle, double NllTest)
{
    /// <summary>How long the training took, with its measurements, but without what it started from; NaN if there was none.</summary>
    public double Seconds { get; init; } = double.NaN;
}

/// <summary>A measurement on the way, after an epoch or a round.</summary>
internal sealed record CurvePoint(string Curve, int Round, Measurement Value);

/// <summary>What one seed gave.</summary>
internal sealed record Result(
    ulong Seed, IReadOnlyDictionary<string, Measurement> Generators, IReadOnlyList<CurvePoint> Curve,
    IReadOnlyDictionary<string, IReadOnlyList<SweepPoint>> Sweep,
    double HeldOutAccuracy, double Seconds);
