namespace SeqGan;

/// <summary>How well a discriminator judges sequences on which it never trained.</summary>
/// <param name="Real">The share of held-out real sequences that it scores 0.5 or more.</param>
/// <param name="Generated">The share of fresh generated sequences that it scores below 0.5.</param>
internal readonly record struct HeldOutAccuracy(double Real, double Generated)
{
    /// <summary>The mean of both.</summary>
    public double Balanced => (Real + Generated) / 2;
}
