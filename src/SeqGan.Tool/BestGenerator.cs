namespace SeqGan.Tool;

/// <summary>Ends the pre-training where the held-out likelihood no longer improves, and goes back to where it was best.</summary>
internal sealed class BestGenerator : ITrainingObserver, IDisposable
{
    private const int Patience = 2;

    // Enough for a steady figure, few enough to be cheap.
    private const int MaximumSequences = 2000;

    private readonly string _weights = Path.Combine(Path.GetTempPath(), $"seqgan-{Guid.NewGuid():N}.safetensors");
    private readonly CancellationTokenSource _stop;
    private double _best = double.PositiveInfinity;
    private int _epochsSince;

    public BestGenerator(CancellationToken cancellationToken) => _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Cancelled when the pre-training is to end, or with the token that was given.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Whether it was this that ended the pre-training.</summary>
    public bool HasStopped => _epochsSince >= Patience;

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        if (!progress.EndOfRound || progress.Phase != TrainingPhase.GeneratorPretraining || context.Corpus.HeldOut.Count == 0)
            return ValueTask.CompletedTask;
        TokenBatch heldOut = context.Corpus.HeldOut;
        double nll = SequenceMetrics.NegativeLogLikelihood(
            context.Generator, heldOut.Slice(0, Math.Min(heldOut.Count, MaximumSequences)), cancellationToken: cancellationToken);
        context.Report(EvaluationMetricNames.NllTest, nll);
        if (nll < _best)
        {
            (_best, _epochsSince) = (nll, 0);
            ((RecurrentGenerator)context.Generator).SaveWeights(_weights);
        }
        else if (++_epochsSince == Patience)
        {
            _stop.Cancel();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the generator the weights with which it was best; leaves it as it is where nothing was measured.</summary>
    public void Restore(IGenerator generator)
    {
        if (File.Exists(_weights))
            ((RecurrentGenerator)generator).LoadWeights(_weights);
    }

    public void Dispose()
    {
        File.Delete(_weights);
        _stop.Dispose();
    }
}
