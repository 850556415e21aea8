namespace SeqGan.Training;

/// <summary>Measures the discriminator on sequences it never trained on, and says when it no longer improves.</summary>
/// <param name="limit">The epochs without improvement after which it learns no further; 0 for no limit.</param>
/// <param name="heldOut">Measures.</param>
/// <param name="recorder">Takes the measurements.</param>
internal sealed class DiscriminatorPatience(int limit, HeldOutMetric heldOut, TrainingRecorder recorder)
{
    private Patience? _patience;

    public bool IsUsed => limit > 0;

    public bool HasStarted => _patience is not null;

    /// <summary>What it has seen; null where it has not started.</summary>
    public PatienceState? State
    {
        get => _patience?.State;
        set => _patience = value is { } state ? new Patience(limit) { State = state } : null;
    }

    public void Reset() => _patience = null;

    /// <summary>Measures before the discriminator learns.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var patience = new Patience(limit);
        patience.Observe(await MeasureAsync(cancellationToken).ConfigureAwait(false));
        _patience = patience;
    }

    /// <summary>Measures after an epoch.</summary>
    /// <returns>Whether the discriminator should learn no further.</returns>
    public async ValueTask<bool> ObserveAsync(CancellationToken cancellationToken)
    {
        double accuracy = await MeasureAsync(cancellationToken).ConfigureAwait(false);
        _patience!.Observe(accuracy);
        if (_patience.IsExhausted)
            recorder.LogPatienceExhausted(accuracy, limit);
        return _patience.IsExhausted;
    }

    /// <summary>Measures and records the accuracy.</summary>
    /// <returns>The balanced accuracy; NaN where nothing is held out.</returns>
    public async ValueTask<double> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await heldOut.MeasureAsync(cancellationToken).ConfigureAwait(false) is not { } accuracy)
            return double.NaN;
        recorder.Record(accuracy);
        return accuracy.Balanced;
    }
}
