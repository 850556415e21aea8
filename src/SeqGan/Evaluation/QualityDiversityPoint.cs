namespace SeqGan.Evaluation;

/// <summary>One model at one temperature. Immutable.</summary>
public sealed record QualityDiversityPoint
{
    internal QualityDiversityPoint(string model, double temperature, double nllTest, SampleMetrics metrics) =>
        (Model, Temperature, NllTest, Metrics) = (model, temperature, nllTest, metrics);

    /// <summary>The model's name.</summary>
    public string Model { get; }

    /// <summary>The temperature: what the logits were divided by.</summary>
    public double Temperature { get; }

    /// <summary>The mean negative log-likelihood of the held-out sequences, in nats a token; lower covers the data better.</summary>
    public double NllTest { get; }

    /// <summary>The figures of the sequences that were sampled at this temperature.</summary>
    public SampleMetrics Metrics { get; }
}
