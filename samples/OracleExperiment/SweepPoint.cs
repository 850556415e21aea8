namespace OracleExperiment;

/// <summary>A generator sampled at a temperature.</summary>
internal sealed record SweepPoint(double Temperature, Measurement Value)
{
    /// <summary>
    /// The difference in NLL_oracle from a curve at the same NLL_test, interpolated between two of its temperatures. Positive above it.
    /// </summary>
    /// <param name="curve">In order of temperature. Only its part up to its lowest NLL_test is a trade of one figure for the other.</param>
    /// <returns>Negative where the point is better than the curve; NaN where the curve has no such NLL_test.</returns>
    public double Above(IReadOnlyList<SweepPoint> curve)
    {
        for (int i = 0; i + 1 < curve.Count && curve[i + 1].Value.NllTest < curve[i].Value.NllTest; i++)
        {
            Measurement colder = curve[i].Value, warmer = curve[i + 1].Value;
            if (Value.NllTest > colder.NllTest || Value.NllTest < warmer.NllTest)
                continue;
            double part = (colder.NllTest - Value.NllTest) / (colder.NllTest - warmer.NllTest);
            return Value.NllOracle - (colder.NllOracle + part * (warmer.NllOracle - colder.NllOracle));
        }

        return double.NaN;
    }
}
