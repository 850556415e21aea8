namespace SeqGan;

/// <summary>An observer made from a plain action.</summary>
internal sealed class ActionObserver(Action<TrainingProgress> observe) : ITrainingObserver
{
    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        observe(progress);
        return ValueTask.CompletedTask;
    }
}
