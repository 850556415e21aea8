namespace SeqGan.Training;

/// <summary>Measures the discriminator on held-out real and freshly generated sequences, and notices when it no longer improves.</summary>
internal sealed class HeldOutMetric(TrainerComponents components, TrainingRecorder recorder)
{
    private readonly int _limit = components.Options.Training.DiscriminatorPatience;
    private readonly CheckedScorer _discriminator = new(components.Discriminator);
    private readonly TokenBatch _real = components.Corpus.KnownHeldOut.Slice(
        0, Math.Min(components.Options.Training.HeldOutSamples, components.Corpus.KnownHeldOut.Count));
    private Patience? _patience;

    /// <summary>Whether the discriminator stops learning after some epochs without improvement.</summary>
    public bool HasPatience => _limit > 0;

    public bool HasStarted => _patience is not null;

    public uint Measurements { get; set; }

    /// <summary>What the patience has seen; null where it has not started.</summary>
    public PatienceState? Patience
    {
        get => _patience?.State;
        set => _patience = value is { } state ? new Patience(_limit) { State = state } : null;
    }

    /// <summary>Measures before the discriminator learns.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var patience = new Patience(_limit);
        patience.Observe(-await MeasureAsync(cancellationToken).ConfigureAwait(false));
        _patience = patience;
    }

    /// <summary>Measures after an epoch; true if the discriminator should learn no further.</summary>
    public async ValueTask<bool> ObserveAsync(CancellationToken cancellationToken)
    {
        double loss = await MeasureAsync(cancellationToken).ConfigureAwait(false);
        _patience!.Observe(-loss);
        if (_patience.IsExhausted)
            recorder.LogPatienceExhausted(loss, _limit);
        return _patience.IsExhausted;
    }

    /// <summary>Measures and records accuracies, loss and calibration; the loss is NaN where nothing is held out.</summary>
    public async ValueTask<double> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_real.Count == 0)
            return double.NaN;
        float[] real = await ScoreAsync(_real, cancellationToken).ConfigureAwait(false);
        var generated = new SequenceBuffer(components.Corpus.Format, _real.Count);
        var key = new RandomKey(components.Options.Seed, RandomPurpose.Evaluation, ++Measurements);
        components.Generator.Sample(new SampleRequest { Key = key, Labels = _real.Labels }, generated, cancellationToken);
        float[] fake = await ScoreAsync(generated.AsBatch(), cancellationToken).ConfigureAwait(false);
        double accepted = ShareScoredReal(real);
        recorder.Record(TrainingMetric.HeldOutAccuracy, (accepted + 1 - ShareScoredReal(fake)) / 2);
        recorder.Record(TrainingMetric.HeldOutRealAccuracy, accepted);
        (float[] ofReal, float[] ofFake) = (Array.ConvertAll(real, LogOdds), Array.ConvertAll(fake, LogOdds));
        double loss = PlattScaling.None.CrossEntropy(ofReal, ofFake);
        recorder.Record(TrainingMetric.HeldOutLoss, loss);
        double calibrated = PlattScaling.Fit(ofReal, ofFake).CrossEntropy(ofReal, ofFake);
        recorder.Record(TrainingMetric.HeldOutCalibrationLoss, Math.Max(0, loss - calibrated));
        return loss;
    }

    private static double ShareScoredReal(float[] scores) => scores.Count(score => score >= 0.5f) / (double)scores.Length;

    // A score of 0 or 1 does not cost infinitely much.
    private static float LogOdds(float score)
    {
        double bounded = Math.Clamp(score, 1e-7, 1 - 1e-7);
        return (float)Math.Log(bounded / (1 - bounded));
    }

    private async ValueTask<float[]> ScoreAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        float[] scores = new float[sequences.Count];
        await _discriminator.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
        return scores;
    }
}
