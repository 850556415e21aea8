namespace SeqGan;

/// <summary>One model at one temperature. Immutable.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Temperature">What the logits were divided by.</param>
/// <param name="NllTest">The mean negative log-likelihood of the held-out sequences at this temperature, nats a token; lower covers the data better.</param>
/// <param name="Metrics">The figures of the sequences that were sampled at this temperature.</param>
public sealed record QualityDiversityPoint(string Model, double Temperature, double NllTest, SampleMetrics Metrics);
