namespace SeqGan.Training;

/// <summary>Measures <see cref="HeldOutAccuracy"/>, each time with freshly generated sequences.</summary>
internal sealed class HeldOutMetric
{
    private readonly IGenerator _generator;
    private readonly CheckedScorer _discriminator;
    private readonly TokenBatch _real;
    private readonly SequenceBuffer _generated;
    private readonly float[] _scores;
    private readonly ulong _seed;

    public HeldOutMetric(TrainerComponents components)
    {
        TokenBatch heldOut = components.Corpus.HeldOut;
        int count = Math.Min(components.TrainingOptions.HeldOutSamples, heldOut.Count);
        _generator = components.Generator;
        _discriminator = new CheckedScorer(components.Discriminator);
        _real = heldOut.Slice(0, count);
        _generated = new SequenceBuffer(components.Corpus.Format, count);
        _scores = new float[count];
        _seed = components.Seed;
    }

    /// <summary>How many times it has measured.</summary>
    public uint Measurements { get; set; }

    /// <summary>Measures; null where nothing is held out.</summary>
    public async ValueTask<HeldOutAccuracy?> MeasureAsync(CancellationToken cancellationToken)
    {
        if (_real.Count == 0)
            return null;
        double real = await ShareScoredRealAsync(_real, cancellationToken).ConfigureAwait(false);
        var key = new RandomKey(_seed, RandomPurpose.Evaluation, ++Measurements);
        _generator.Sample(new SampleRequest { Key = key, Labels = _real.Labels }, _generated, cancellationToken);
        double fooled = await ShareScoredRealAsync(_generated.AsBatch(), cancellationToken).ConfigureAwait(false);
        return new HeldOutAccuracy(real, 1 - fooled);
    }

    private async ValueTask<double> ShareScoredRealAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        await _discriminator.ScoreAsync(sequences, _scores, cancellationToken).ConfigureAwait(false);
        return _scores.Count(score => score >= 0.5f) / (double)sequences.Count;
    }
}

/// <summary>How well a discriminator judges sequences on which it never trained.</summary>
/// <param name="Real">The share of held-out real sequences that it scores 0.5 or more.</param>
/// <param name="Generated">The share of fresh generated sequences that it scores below 0.5.</param>
internal readonly record struct HeldOutAccuracy(double Real, double Generated)
{
    /// <summary>The mean of both.</summary>
    public double Balanced => (Real + Generated) / 2;
}
