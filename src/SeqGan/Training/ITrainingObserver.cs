namespace SeqGan.Training;

/// <summary>Follows a training from within: evaluates, saves, stops, draws.</summary>
/// <remarks>
/// The training calls an observer between two steps, on its own thread, and waits for it. An observer may use the models of the context,
/// but must not train or keep them, nor call the trainer. An exception of an observer ends the training; the models keep what they learned,
/// and training can be called again.
/// </remarks>
/// <example>
/// <code>
/// public sealed class LogsEachRound : ITrainingObserver
/// {
///     public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
///     {
///         File.AppendAllText("training.log", $"{progress}\n");
///         return ValueTask.CompletedTask;
///     }
/// }
/// </code>
/// </example>
public interface ITrainingObserver
{
    /// <summary>Receives the report at the end of a round.</summary>
    /// <param name="progress">The report; its metrics hold what the observers before this one measured.</param>
    /// <param name="context">The models and the corpus, valid until the returned task completes.</param>
    /// <param name="cancellationToken">The training's.</param>
    ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default);

    /// <summary>Receives a report from within a round, at most one every <see cref="TrainingOptions.ProgressInterval"/>.</summary>
    /// <param name="progress">The report.</param>
    /// <param name="context">As at the end of a round.</param>
    /// <param name="cancellationToken">The training's.</param>
    ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;
}

/// <summary>An observer made from a function.</summary>
internal sealed class DelegateObserver(Func<TrainingProgress, Task> observe, bool withinRounds) : ITrainingObserver
{
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        new(observe(progress));

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        withinRounds ? OnRoundEndAsync(progress, context, cancellationToken) : ValueTask.CompletedTask;
}
