namespace SeqGan;

/// <summary>Follows a training from within: evaluates, saves, stops, draws.</summary>
/// <remarks>
/// Called between two training steps, which wait for it, on the training's thread; it may use the models that the context
/// names but not train or keep them, nor call the trainer. What it throws ends the training with this exception; the models
/// keep what they learnt, and training can be called again.
/// </remarks>
public interface ITrainingObserver
{
    /// <summary>Receives a report: at the end of each round, and within rounds by <see cref="TrainingOptions.ProgressInterval"/>.</summary>
    /// <param name="progress">The report; its metrics hold what the observers before this one measured.</param>
    /// <param name="context">The models and the corpus, valid until the returned task completes.</param>
    /// <param name="cancellationToken">The training's.</param>
    ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default);
}
