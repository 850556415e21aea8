namespace SeqGan;

/// <summary>A <see cref="SampleMeasurement"/>.</summary>
internal sealed record MeasurementState(ProgressState Progress, long[] Lengths, float[] GeneratedScores, float[] RealScores, Dictionary<string, double> Metrics)
{
    public static MeasurementState Of(SampleMeasurement measurement) => new(
        ProgressState.Of(measurement.Progress), measurement.Lengths, measurement.GeneratedScores, measurement.RealScores, new Dictionary<string, double>(measurement.Metrics));

    /// <exception cref="InvalidDataException">No measurement is like this.</exception>
    public SampleMeasurement ToMeasurement()
    {
        DataSummary.ThrowIfNoLengths(Lengths);
        return new SampleMeasurement(Progress.ToProgress(), Lengths, GeneratedScores, RealScores, Metrics);
    }
}
