namespace SeqGan;

/// <summary>What a <see cref="QualityDiversitySweep"/> measured of one model at one temperature.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Temperature">What the logits were divided by.</param>
/// <param name="Metrics">The figures of the generated sequences.</param>
/// <param name="NllTest">The negative log-likelihood of the held-out sequences at this temperature, nats a token.</param>
public sealed record SweepPoint(string Model, double Temperature, SampleMetrics Metrics, double NllTest);
